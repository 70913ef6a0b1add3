import { hash } from 'node:crypto';
import { makeDeadLetter } from '@whoran/bus';
import { type DeadLetter, MAX_DEAD_LETTER_PAYLOAD } from '@whoran/contracts';
import { type Millis, truncate } from '@whoran/kernel';

/** Where something came from. Never with a token in it. */
export interface Source {
  readonly cluster: string;
  /** The path of the request without a token, or of the file. */
  readonly endpoint: string;
}

/** Something that was handed in and cannot be taken. */
export interface RefusedItem {
  /** A stable word, such as invalid-event. */
  readonly reason: string;
  readonly message: string;
  /** The item as it came: text, or bytes that are not text. */
  readonly payload: string | Buffer;
}

/** Makes the dead letter of an item. The same item from the same place has the same id, however often it is sent. */
export function letterOf(item: RefusedItem, source: Source, at: { readonly stage: string; readonly now: Millis }): DeadLetter {
  const payload = printPayload(item.payload);
  const digest = hash('sha256', `${source.cluster}\n${item.reason}\n${payload.text}`).slice(0, 40);
  const failure = {
    stage: at.stage,
    origin: { endpoint: truncate(source.endpoint, 256), cluster: source.cluster },
    messageId: digest,
    reason: item.reason,
    error: payload.note === undefined ? item.message : `${item.message}; ${payload.note}`,
    attempts: 1,
    payload: payload.text,
  };
  // Not the id that the bus would make: with a long cluster name it could be cut within the digest.
  const letter = makeDeadLetter(failure, at.now);
  return { ...letter, id: `${at.stage}/${digest}`, truncated: letter.truncated || payload.cut };
}

function printPayload(payload: string | Buffer): { text: string; note?: string; cut: boolean } {
  if (typeof payload === 'string') return { text: payload, cut: false };
  // Base64 makes four characters of three bytes; what would be cut anyway is not encoded.
  const bytes = payload.subarray(0, Math.floor(MAX_DEAD_LETTER_PAYLOAD / 4) * 3);
  const cut = bytes.length < payload.length;
  const part = cut ? `, the first ${bytes.length} of ${payload.length} bytes` : '';
  return { text: bytes.toString('base64'), note: `the payload is base64${part}`, cut };
}
