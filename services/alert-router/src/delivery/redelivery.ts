import { deadLetter } from '@whoran/bus';
import { decode, topics } from '@whoran/contracts';
import { DependencyUnavailable, printIssue } from '@whoran/kernel';
import type { ReplayHandler } from '@whoran/service-kit';
import { receiverOf } from './dead-letters.ts';
import { verdictOf } from './held-batches.ts';
import type { Receivers } from './receivers.ts';

/** Takes replays of alerts that a receiver did not get: each is tried once more at that receiver, and at no other. */
export function redelivery(receivers: Receivers): ReplayHandler {
  return {
    takes: ({ origin }) => receiverOf(origin) !== undefined,
    async retake({ origin, payload }) {
      const receiver = receiverOf(origin) ?? '';
      const alert = decode(topics.alerts, payload);
      if (!alert.ok) return deadLetter('undecodable', alert.error.map(printIssue).join('; '));
      const ended = await receivers.redeliver(receiver, alert.value);
      if (!ended) return deadLetter('no-receiver', `the routes have no receiver ${receiver} any more`, 0);
      if (ended.kind === 'stopped') throw new DependencyUnavailable(`the way to ${receiver} closes`);
      return verdictOf(ended);
    },
  };
}
