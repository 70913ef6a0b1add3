import { PODS, type Stage } from '../stage.ts';

const ROUNDS = 20;

/** How long `kubectl exec … true` takes, milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
}

/** Measures exec from the outside, kubectl's own start included. */
export async function measureExec({ jane }: Stage): Promise<Latency> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { code, millis, stderr } = await jane.run(['exec', PODS.shell, '--', 'true']);
    if (code !== 0) throw new Error(`kubectl exec ended with ${code}: ${stderr}`);
    times.push(millis);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(ROUNDS - 1, Math.floor(share * ROUNDS))] ?? 0;
  return { p50: at(0.5), p95: at(0.95) };
}

/** Both measurements beside each other. */
export function printLatency(without: Latency, withWhoran: Latency): readonly string[] {
  const row = (name: string, { p50, p95 }: Latency) =>
    `  ${name.padEnd(16)} p50 ${p50.toFixed(0).padStart(5)} ms   p95 ${p95.toFixed(0).padStart(5)} ms`;
  return [`\nkubectl exec … true, ${ROUNDS} times each`, row('without whoran', without), row('with whoran', withWhoran)];
}
