/** Milliseconds since the Unix epoch. */
export type Millis = number;

/** Ends a scheduled task that has not run yet. Calling it twice is harmless. */
export type Cancel = () => void;

/** Time as the services see it: the system's, or a virtual one in tests and replays. */
export abstract class Clock {
  abstract now(): Millis;
  /** Runs the task once, `delay` milliseconds from now. The task must not throw. */
  abstract schedule(delay: Millis, task: () => void): Cancel;
}
