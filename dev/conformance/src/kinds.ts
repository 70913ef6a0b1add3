import type { Kind } from './kind.ts';

/** Every kind of case that can be run; a kind is added here and in a file of its own under `kinds/`. */
export const kinds: readonly Kind[] = [];
