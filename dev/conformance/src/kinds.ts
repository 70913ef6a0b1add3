import type { Kind } from './kind.ts';
import { kaIngest } from './kinds/ka-ingest.ts';
import { conditionDetails, conditionWarning, macroResolve } from './kinds/conditions.ts';
import { escape, unescape } from './kinds/escaping.ts';
import { filterParse } from './kinds/filter-parse.ts';

/** Every kind of case that can be run; a kind is added here and in a file of its own under `kinds/`. */
export const kinds: readonly Kind[] = [filterParse, escape, unescape, macroResolve, conditionWarning, conditionDetails, kaIngest];
