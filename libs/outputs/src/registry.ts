import type { OutputKind } from './output.ts';
import { stdoutKind } from './stdout/stdout.output.ts';
import { webhookKind } from './webhook/webhook.output.ts';

/** Every kind of output. One more is a folder beside these and a line here. */
export const outputKinds: readonly OutputKind[] = [stdoutKind, webhookKind];
