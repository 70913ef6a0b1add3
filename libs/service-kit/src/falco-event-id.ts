import { hash } from 'node:crypto';
import type { Nanos } from '@whoran/kernel';

/** What an event's id is made of, beside its fields. */
export interface EventOrigin {
  readonly cluster: string;
  readonly node: string;
  readonly rule: string;
  readonly time: Nanos;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The id of a Falco event: 32 hexadecimal digits, the same however often and by whichever way it is sent. The time is the
 * top-level one: falcosidekick reformats it but keeps its nanoseconds, while it may write numbers among the fields otherwise.
 */
export function falcoEventId(origin: EventOrigin, fields: Fields): string {
  const { cluster, node, rule, time } = origin;
  const parts = [cluster, node, time.toString(), rule];
  for (const field of ['proc.pid', 'thread.tid', 'container.id', 'evt.num']) parts.push(canonical(fields[field]));
  return hash('sha256', JSON.stringify(parts)).slice(0, 32);
}

const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?(?:e[+-]?\d{1,2})?$/i;

/** A value in one form, whether it came as a number or as a text. */
function canonical(value: unknown): string {
  if (typeof value === 'string') return NUMBER.test(value) ? String(Number(value)) : value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
}
