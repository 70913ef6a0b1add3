import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FalcoEvent, topics } from '@whoran/contracts';
import { SilentLogger } from '@whoran/kernel';
import { Metrics, SystemClock } from '@whoran/service-kit';
import { aFalcoEvent } from '@whoran/testing';
import { Outbox } from '../outbox/outbox.ts';
import { SpoolMetrics } from '../spool/spool-metrics.ts';
import { Spool } from '../spool/spool.ts';
import { MoodyBus } from './moody-bus.ts';

class Recorded extends SilentLogger {
  readonly events: string[] = [];
  override error = (event?: string) => void this.events.push(event ?? '');
  override warn = this.error;
  override info = this.error;
}

/** A folder for a spec, and how to delete it. */
export function aFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'spool-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An event of a cluster that says which one it is. */
export function numbered(number: number, different: { cluster?: string; priority?: string; padding?: string } = {}): FalcoEvent {
  const { cluster = 'a', priority = 'Debug', padding = '' } = different;
  const whoran = { id: `${number}`, cluster, node: 'node', receivedAt: '2026-01-01T10:00:00.000Z' };
  return aFalcoEvent({ priority, whoran }, { 'proc.args': padding });
}

/** An outbox with a spool in a folder, in front of a moody bus. */
export function openForSpec(folder: string, options: { maxBytes?: number; clusterRate?: number; bus?: MoodyBus } = {}) {
  const { maxBytes = 1 << 26, clusterRate = 0, bus = new MoodyBus() } = options;
  const clock = new SystemClock();
  const logger = new Recorded();
  const metrics = new Metrics('spec');
  const { spool, found } = Spool.open({ folder, maxBytes, clock, logger, metrics: new SpoolMetrics(metrics) });
  const outbox = new Outbox({ bus, clock, logger, stage: 'spec', spool, clusterRate });
  outbox.resume(found);
  const send = (events: readonly FalcoEvent[], cluster = 'a') => outbox.store(topics.falcoEvents, events, cluster);
  const metric = async (name: string, label?: string) => {
    spool.measure();
    const { values = [] } = (await metrics.registry.getSingleMetric(name)?.get()) ?? {};
    return values
      .filter(({ labels }) => label === undefined || Object.values(labels).includes(label))
      .reduce((sum, { value }) => sum + value, 0);
  };
  const numbers = () => bus.taken.map(({ event }) => Number((event as FalcoEvent).whoran.id));
  /** Ends it as a process would that is killed: nothing is drained. */
  const kill = () => {
    bus.mood = 'away';
    return outbox.close(0);
  };
  return { outbox, spool, bus, logger, send, metric, numbers, kill };
}

/** Waits until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 2000) throw new Error('it does not come about');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
