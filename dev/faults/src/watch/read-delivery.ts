import { type AttributedEvent, parseJson } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import type { Delivery } from './answer-book.ts';

/** A delivery with where it comes from. */
export interface ReadDelivery extends Delivery {
  readonly cluster: string;
  readonly rule: string;
  readonly receivedAt: Millis;
}

/** Reads a message of attributed-events or alerts; nothing for alerts that whoran raises itself, which are about no line of ours. */
export function readDelivery(text: string): ReadDelivery | undefined {
  const json = parseJson(text);
  if (!json.ok) return undefined;
  const event = json.value as AttributedEvent; // our own services wrote it; a wrong one shows as a lost event
  const { id, revision, cluster, receivedAt, attribution } = event.whoran;
  if (event.source === 'whoran') return undefined;
  const { evidence, session } = attribution;
  const named = evidence === 'none' || evidence === 'ambiguous' ? undefined : session;
  const number = Number(event.output_fields['evt.num']);
  return {
    number,
    id,
    revision,
    evidence,
    session: named?.id,
    user: named?.user.username,
    cluster,
    rule: event.rule,
    receivedAt: Date.parse(receivedAt),
  };
}
