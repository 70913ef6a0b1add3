/** What a measured process has done until a moment. */
export interface Mark {
  readonly events: number;
  /** Processor time of the process, garbage collection included. */
  readonly cpuSeconds: number;
}

/** How fast a process worked. */
export interface Pace {
  readonly eventsPerSecond: number;
  readonly cpuMicrosPerEvent: number;
}

/** Seldom: to tell its metrics costs the process time. */
const EVERY = 500;
const PATIENCE = 300_000;
/** The first part, while code is compiled, does not count, nor the last events, some of which wait for what may come late. */
const FROM = 0.3;
const UNTIL = 0.95;

/** Looks at a process until it has handled all events, and tells its pace between warm-up and end. */
export async function measurePace(look: () => Promise<Mark>, events: number): Promise<Pace> {
  const began = performance.now();
  let first: (Mark & { readonly at: number }) | undefined;
  let last: typeof first;
  for (;;) {
    const mark = { ...(await look()), at: performance.now() };
    if (mark.at - began > PATIENCE) throw new Error(`only ${mark.events} of ${events} events after ${PATIENCE / 1000} s`);
    if (mark.events >= FROM * events) first ??= mark;
    if (mark.events >= UNTIL * events) last ??= mark;
    if (mark.events >= events) return paceOf(first ?? mark, last ?? mark);
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
}

function paceOf(first: Mark & { readonly at: number }, last: Mark & { readonly at: number }): Pace {
  const events = last.events - first.events;
  return {
    eventsPerSecond: Math.round((events * 1000) / (last.at - first.at)),
    cpuMicrosPerEvent: Math.round(((last.cpuSeconds - first.cpuSeconds) * 1e7) / events) / 10,
  };
}
