import type { FieldValue } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';

/** How long texts may be once stored, in UTF-16 units; longer ones are cut and end in "…". */
export const LIMITS = { commandLine: 32_768, message: 16_384, path: 4096, user: 65_536, word: 1024 } as const;

/** How much of a text is looked at for secrets: one that is cut off there is also beyond what is kept. */
const LOOKED_AT = 65_536;

/** Names take at most this many bytes: PostgreSQL's indexes hold 2704 in all, and Kubernetes' names are ASCII. */
const MAX_NAME = 253;

/** Cuts a name so that it fits into an index with two others. An empty name is none. */
export function fitName(name: string | undefined): string | undefined {
  if (name === undefined || name === '') return undefined;
  return /^[\x20-\x7e]*$/.test(name) ? name.slice(0, MAX_NAME) : name.slice(0, MAX_NAME / 3);
}

/** Redacts a text and cuts it to a limit, in this order, so that no half secret is left. */
export function fitSecret(text: string, limit: number, redactText: (text: string) => string): string {
  return truncate(redactText(text.slice(0, LOOKED_AT)), limit);
}

/** A Falco field as text, or nothing when it is absent or empty. */
export function textOf(value: FieldValue | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}

/** A Falco field as an integer that a number holds exactly, or nothing. */
export function integerOf(value: FieldValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
