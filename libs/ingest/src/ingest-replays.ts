import { deadLetter } from '@whoran/bus';
import type { Origin } from '@whoran/contracts';
import type { ReplayHandler } from '@whoran/service-kit';
import type { Intake, Plan } from './intake.ts';
import type { Source } from './refused-item.ts';

const OF_CLUSTER = /^\/clusters\/([^/]+)\//;

/** Takes again what an ingester refused once, as if it came now from where it came then. */
export function ingestReplays<T>(intake: Intake, plan: Plan<T>): ReplayHandler {
  return {
    takes: ({ origin }) => origin.topic === undefined && origin.endpoint !== undefined,
    async retake({ origin, reason, payload }) {
      const source = sourceOf(origin);
      if (!source) return deadLetter('foreign-cluster', 'the cluster of the letter is not the one at whose endpoint it came in');
      return intake.retake(source, { reason, payload }, plan);
    },
  };
}

/** Where a letter came from. The cluster is the one that the sender was let in for, and no replay can change that. */
function sourceOf({ endpoint = '', cluster }: Origin): Source | undefined {
  if (cluster === undefined) return undefined;
  const named = OF_CLUSTER.exec(endpoint)?.[1];
  return named === cluster || (named === undefined && endpoint.startsWith('file:')) ? { cluster, endpoint } : undefined;
}
