import type { AttributedEvent } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';

/** Something to be emitted. Of `left` follows either `arrived` or `failed`. */
export interface Emission {
  readonly event: AttributedEvent;
  /** Whether something was emitted of the event before. */
  readonly revised: boolean;
  /** How long the event waited, for the first time that it is emitted. */
  readonly waited: Millis | undefined;
  /** Notes that it is on its way: until something else is to be said, it does not go out again. */
  readonly left: () => void;
  /** Notes that the bus has it. */
  readonly arrived: () => void;
  /** Notes that the bus does not have it: it goes out again. */
  readonly failed: () => void;
}
