import { availableParallelism, loadavg } from 'node:os';
import { printRows } from './summary.ts';

/** One measurement beside the same work done by as little as can do it. */
export interface Comparison {
  readonly name: string;
  readonly eventsPerSecond: number;
  readonly cpuMicrosPerEvent: number;
  /** Events a second of the least that can do it, in the same run. */
  readonly baseline: number;
  readonly baselineCpuMicros: number;
  readonly ratio: number;
  /** The same ratio by processor time, which other programs on the machine disturb less. */
  readonly cpuRatio: number;
  /** The ratio that is to be reached; nothing where none is set. */
  readonly goal: number | undefined;
  readonly met: boolean | undefined;
}

interface Measured {
  readonly eventsPerSecond: number;
  readonly cpuMicrosPerEvent: number;
}

/** Compares a measurement with the baseline of the same run. */
export function compare(name: string, measured: Measured, baseline: Measured, goal?: number): Comparison {
  const ratio = round(measured.eventsPerSecond / baseline.eventsPerSecond);
  return {
    name,
    ...measured,
    baseline: baseline.eventsPerSecond,
    baselineCpuMicros: baseline.cpuMicrosPerEvent,
    ratio,
    cpuRatio: round(baseline.cpuMicrosPerEvent / measured.cpuMicrosPerEvent),
    goal,
    met: goal === undefined ? undefined : ratio >= goal,
  };
}

/** Comparisons as a table for a terminal, with a word about the machine. `before`: its load before the measurement. */
export function printComparisons(comparisons: readonly Comparison[], baseline: string, before: number): string {
  const rows = comparisons.map((c) => [
    c.name,
    ...[c.eventsPerSecond, c.cpuMicrosPerEvent, c.baseline, c.baselineCpuMicros, c.ratio, c.cpuRatio].map(String),
    c.goal === undefined ? '' : String(c.goal),
    c.met === undefined ? '' : c.met ? 'met' : 'missed',
  ]);
  const head = ['', 'events/s', 'µs CPU/event', `${baseline}/s`, 'µs CPU/event', 'ratio', 'by CPU', 'goal', ''];
  const busy = before > 0.5 ? `\nthe machine was busy before (load ${before.toFixed(1)}): other programs are in these numbers` : '';
  return `${printRows([head, ...rows])}\n${availableParallelism()} cores; every part runs in a process of its own${busy}\n`;
}

/** The load of the machine now. */
export function loadNow(): number {
  return loadavg()[0] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
