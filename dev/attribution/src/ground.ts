import { type Bus, InProcessBus } from '@whoran/bus';
import type { Clock, Millis } from '@whoran/kernel';

/** Says when nothing is on its way. */
export interface Idle {
  /** Resolves when nothing is being published and everything published was handled. */
  idle(): Promise<void>;
}

/** What services of a replay run on. */
export interface Ground {
  readonly bus: Bus & Idle;
  /** Where the resolver keeps what it knows; without it a restart forgets. */
  readonly redis: { readonly url: string; readonly prefix: string } | undefined;
  /** How long one step may take in real time before it counts as waiting for virtual time. */
  readonly longestStep: Millis;
  close(): Promise<void>;
}

/** Makes the ground of one replay, on which nothing has happened. */
export type OpenGround = (clock: Clock) => Promise<Ground>;

/** Everything in this process. */
export const inProcess: OpenGround = async (clock) => {
  const bus = new InProcessBus(clock);
  return { bus, redis: undefined, longestStep: 2_000, close: () => bus.close() };
};
