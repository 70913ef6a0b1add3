import { type FalcoEvent, topics } from '@whoran/contracts';
import type { Plan, Store } from '@whoran/ingest';
import { type Result, err, isRecord, ok } from '@whoran/kernel';
import type { Metrics } from '@whoran/service-kit';
import { UNKNOWN_NODE, normaliseFalco } from './normalise-falco.ts';

/** What becomes of Falco events: each goes to its topic, keyed by cluster and node. */
export class FalcoPlan implements Plan<FalcoEvent> {
  private readonly unknownNodes;

  constructor(metrics: Metrics) {
    this.unknownNodes = metrics.counter(
      'whoran_falco_unknown_node_events_total',
      'Events that name no node: set json_include_hostname, or ask for evt.hostname.',
      ['cluster'],
    );
  }

  /** One JSON value, as in a line of a file, is one event. */
  readonly items = (value: unknown): Result<readonly unknown[], string> => {
    return isRecord(value) ? ok([value]) : err('this is not a Falco event: it is not a JSON object');
  };

  readonly read = normaliseFalco;

  readonly store = async (taken: readonly FalcoEvent[], store: Store): Promise<void> => {
    await store(topics.falcoEvents, taken);
    for (const { whoran } of taken) if (whoran.node === UNKNOWN_NODE) this.unknownNodes.inc({ cluster: whoran.cluster });
  };
}
