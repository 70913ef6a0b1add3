import Type from 'typebox';
import { InstantText, open, text } from './schema.ts';

/** Payloads over this many characters are cut: a dead letter must fit wherever the message itself fits. */
export const MAX_DEAD_LETTER_PAYLOAD = 900_000;

/** Where a message came from. */
export const Origin = open(
  {
    topic: Type.Optional(text(249)),
    key: Type.Optional(text(1024)),
    partition: Type.Optional(Type.Integer()),
    offset: Type.Optional(text(32)),
    endpoint: Type.Optional(text(256, 'for what came by HTTP or from a file: the path, without its token')),
    cluster: Type.Optional(text(253)),
  },
  'Where the message came from.',
);
export type Origin = Type.Static<typeof Origin>;

/** Something that could not be processed, kept whole so that it can be looked at and replayed. */
export const DeadLetter = open(
  {
    id: text(128, 'deterministic: the same failure of the same message has the same id'),
    stage: text(64, 'the service that gave up'),
    origin: Origin,
    reason: text(128, 'a stable word, such as invalid-event'),
    error: text(8192, 'what went wrong and where'),
    attempts: Type.Integer({ minimum: 0 }),
    time: InstantText,
    payload: Type.String({ maxLength: MAX_DEAD_LETTER_PAYLOAD + 1 }),
    truncated: Type.Boolean(),
    replay: Type.Optional(Type.Integer({ minimum: 1, description: 'of a letter that came back: the attempt of the replay that failed' })),
  },
  'A message that could not be processed.',
);
export type DeadLetter = Type.Static<typeof DeadLetter>;
