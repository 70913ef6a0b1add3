import type { Millis } from '@whoran/kernel';
import { type ClusterLineage, type ProcessRecord, type Retained, describe } from '@whoran/lineage';
import { attributing } from './attributed-event.ts';
import type { Emission } from './emission.ts';
import type { FactKeeper } from './fact-keeper.ts';
import { revisionOf } from './revision.ts';

/** What decides whether an event goes out, and as which revision. */
export interface OutgoingParts {
  readonly lineage: ClusterLineage;
  readonly keeper: FactKeeper;
  /** How long an event waits for an answer that is settled. */
  readonly wait: Millis;
  readonly epochOf: (node: string) => number;
  readonly isSettled: (process: ProcessRecord) => boolean;
}

/** What of a cluster's events is to be emitted, and what is on its way to the bus. */
export class Outgoing {
  /** Events that may have to be emitted: new ones, overdue ones, those of processes whose answer changed. */
  private readonly open = new Set<Retained>();
  /** Of events on their way to the bus, the last emission. The store keeps them until they have arrived. */
  private readonly underWay = new Map<Retained, number>();

  constructor(private readonly parts: OutgoingParts) {}

  /** The event may have to be emitted. */
  consider(retained: Retained): void {
    this.open.add(retained);
  }

  /** Whether the bus has the last that is to be said of an event. */
  isOut(retained: Retained): boolean {
    return retained.owner.dropped || (retained.emitted !== undefined && !this.open.has(retained) && !this.underWay.has(retained));
  }

  /** What is to be emitted now. Emissions that have not left, or failed, come again. */
  due(now: Millis): Emission[] {
    return [...Map.groupBy(this.open, ({ owner }) => owner)].flatMap(([process, events]) => this.ofProcess(process, events, now));
  }

  private ofProcess(process: ProcessRecord, events: readonly Retained[], now: Millis): Emission[] {
    if (process.dropped) {
      for (const retained of events) this.open.delete(retained);
      return [];
    }
    const { lineage, keeper, wait, epochOf, isSettled } = this.parts;
    const settled = isSettled(process);
    const attribution = describe(lineage, process);
    const fingerprint = JSON.stringify(attribution);
    const attribute = attributing(attribution);
    return events.flatMap((retained) => {
      const { emitted, kept, arrived: since } = retained;
      const { node } = kept;
      const waits = !emitted && !settled && now < since + wait;
      if (!settled) keeper.open(node, retained);
      if (waits || emitted?.fingerprint === fingerprint) {
        this.open.delete(retained);
        if (settled && !this.underWay.has(retained)) keeper.close(node, retained);
        return [];
      }
      const count = emitted ? emitted.count + 1 : 0;
      return [
        {
          event: attribute(kept.event, revisionOf(epochOf(node), count)),
          revised: count > 0,
          waited: emitted ? undefined : now - since,
          ...this.noting(retained, { count, fingerprint }),
        },
      ];
    });
  }

  /** Notes what becomes of one emission of an event. */
  private noting(retained: Retained, emission: NonNullable<Retained['emitted']>): Pick<Emission, 'left' | 'arrived' | 'failed'> {
    const { count } = emission;
    const before = retained.emitted;
    const isLast = () => this.underWay.get(retained) === count && this.underWay.delete(retained);
    return {
      left: () => {
        retained.emitted = emission;
        retained.kept.rest();
        this.open.delete(retained);
        this.underWay.set(retained, count);
      },
      arrived: () => {
        if (!isLast()) return;
        const { owner, kept } = retained;
        if (!owner.dropped && this.parts.isSettled(owner)) this.parts.keeper.close(kept.node, retained);
      },
      failed: () => {
        if (!isLast()) return;
        // Whether what left before it has arrived is not known here, so it equals nothing.
        retained.emitted = before && { count: before.count, fingerprint: '' };
        if (!retained.owner.dropped) this.open.add(retained);
      },
    };
  }
}
