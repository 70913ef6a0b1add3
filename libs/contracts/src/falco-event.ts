import Type from 'typebox';
import { InstantText, ObjectName, open, text } from './schema.ts';

/** Falco's priorities, most urgent first. Falco writes them with a capital; readers ignore case. */
export const PRIORITIES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug'] as const;
/** One word of PRIORITIES. */
export type Priority = (typeof PRIORITIES)[number];

/** How urgent a Falco priority is: 0 for emergency to 7 for debug. An unknown word counts as debug. */
export function priorityRank(priority: string): number {
  const word = priority.toLowerCase();
  const rank = (PRIORITIES as readonly string[]).indexOf(word === 'info' ? 'informational' : word);
  return rank === -1 ? PRIORITIES.length - 1 : rank;
}

/** The value of one Falco field. Integers beyond 2^53, such as nanoseconds, are bigint in memory and digits in JSON. */
export const FieldValue = Type.Union([
  Type.String(),
  Type.Number(),
  Type.BigInt(),
  Type.Boolean(),
  Type.Null(),
  Type.Array(Type.Unknown()),
]);
export type FieldValue = Type.Static<typeof FieldValue>;

/** The fields that Falco itself writes with `json_output: true`. */
export const FALCO_FIELDS = {
  rule: text(1024),
  priority: text(32),
  time: InstantText,
  output: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  source: Type.Optional(text(128)),
  hostname: Type.Optional(text(253)),
  uuid: Type.Optional(text(128, 'added by falcosidekick')),
  tags: Type.Optional(Type.Union([Type.Array(text(256)), Type.Null()])),
  output_fields: Type.Record(Type.String(), Type.Unknown()),
};

/** What we know about where a Falco event came from. */
export const FalcoOrigin = open(
  {
    id: text(64, 'deterministic: the same Falco event has the same id, however often it is sent'),
    cluster: ObjectName,
    node: text(253, "Falco's hostname: an opaque word"),
    receivedAt: InstantText,
  },
  'Where the event came from.',
);

/** A Falco event as Falco wrote it, with its origin beside it: every reader of Falco JSON can read it. */
export const FalcoEvent = open({ ...FALCO_FIELDS, whoran: FalcoOrigin }, 'A Falco event from a known cluster and node.');
export type FalcoEvent = Omit<Type.Static<typeof FalcoEvent>, 'output_fields'> & {
  output_fields: Readonly<Record<string, FieldValue | undefined>>;
};
