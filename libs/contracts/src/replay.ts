import Type from 'typebox';
import { MAX_DEAD_LETTER_PAYLOAD, Origin } from './dead-letter.ts';
import { InstantText, open, text } from './schema.ts';

/** A wish that the service which gave up on a message tries it again. Handling one twice does what handling it once does. */
export const Replay = open(
  {
    letter: text(128, 'the id of the dead letter; if it fails again, the letter has this id again'),
    stage: text(64, 'the service that gave up; no other takes the replay'),
    origin: Origin,
    reason: text(128, 'why the service gave up'),
    payload: Type.String({ maxLength: MAX_DEAD_LETTER_PAYLOAD + 1 }),
    attempt: Type.Integer({ minimum: 1, description: 'the first replay of a letter is 1' }),
    requestedBy: text(253, 'as the caller says'),
    time: InstantText,
  },
  'A dead letter that is to be tried again.',
);
export type Replay = Type.Static<typeof Replay>;
