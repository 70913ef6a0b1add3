import { type Disturbance, UNDISTURBED } from './schedule.ts';

/** One run over a recording. */
export interface Variant {
  readonly name: string;
  readonly disturbance: Disturbance;
}

const DROP_SEEDS = 20;
const DROP_SHARE = 0.1;

/** What `--all` runs: each disturbance alone, losses under twenty seeds, and everything at once. */
export function allVariants(seed: number): readonly Variant[] {
  const alone: readonly Partial<Disturbance>[] = [{}, { auditDelay: 30_000 }, { shuffle: 2000 }, { duplicate: 0.1 }];
  const drops = Array.from({ length: DROP_SEEDS }, (_, index) => ({ drop: DROP_SHARE, seed: index + 1 }));
  const harsh: readonly Partial<Disturbance>[] = [
    { withoutForks: true },
    { restartAt: 0.5 },
    { auditDelay: 30_000, shuffle: 2000, duplicate: 0.1, drop: DROP_SHARE },
    { auditDelay: 30_000, shuffle: 2000, duplicate: 0.1, drop: DROP_SHARE, restartAt: 0.5, withoutForks: true },
  ];
  return [...alone, ...drops, ...harsh].map((different) => variantOf({ ...UNDISTURBED, seed, ...different }));
}

/** A variant with the name that says how it is disturbed. */
export function variantOf(disturbance: Disturbance): Variant {
  const { drop, duplicate, shuffle, auditDelay, restartAt, withoutForks, seed } = disturbance;
  const parts = [
    auditDelay > 0 && `audit-delay ${seconds(auditDelay)}`,
    shuffle > 0 && `shuffle ${seconds(shuffle)}`,
    duplicate > 0 && `duplicate ${percent(duplicate)}`,
    drop > 0 && `drop ${percent(drop)}`,
    withoutForks && 'without-forks',
    restartAt > 0 && `restart-at ${percent(restartAt)}`,
    drop > 0 && `seed ${seed}`,
  ];
  return { name: parts.filter((part) => part !== false).join(', ') || 'plain', disturbance };
}

/** Whether a variant only loses events: the median recall of these is what counts. */
export function onlyDrops({ disturbance }: Variant): boolean {
  return (
    disturbance.drop > 0 &&
    variantOf({ ...UNDISTURBED, drop: disturbance.drop, seed: disturbance.seed }).name === variantOf(disturbance).name
  );
}

const seconds = (milliseconds: number) => `${milliseconds / 1000}s`;
const percent = (share: number) => `${Number((share * 100).toFixed(2))}%`;
