import { isDeepStrictEqual } from 'node:util';
import type { RenderedAlert } from '@whoran/rules';
import type { FalcoAlert } from './read-events.ts';

/** What of two alerts differs. */
export type AlertPart = 'priority' | 'tags' | 'message' | `field ${string}`;

/**
 * The first part of an alert that is not as Falco had it. Falco's may say more: append_output adds to the end of the message, and
 * fields.
 */
export function differingPart(ours: RenderedAlert, falco: FalcoAlert): AlertPart | undefined {
  if (ours.priority !== falco.priority) return 'priority';
  if (!isDeepStrictEqual([...ours.tags], [...falco.tags].toSorted())) return 'tags';
  if (ours.message !== falco.message && !falco.message.startsWith(`${ours.message} `)) return 'message';
  const field = Object.keys(ours.output_fields).find((name) => !isTime(name) && !sameValue(ours.output_fields[name], falco.fields[name]));
  return field === undefined ? undefined : `field ${field}`;
}

/** Which of the two there is depends on Falco's settings. */
function isTime(field: string): boolean {
  return field === 'evt.time' || field === 'evt.time.iso8601';
}

function sameValue(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other);
}
