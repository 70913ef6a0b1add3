import { expect, it } from '@jest/globals';
import type { TrueEvent } from '../load/truth-book.ts';
import { scoreAlerts } from './score-alerts.ts';

const anEvent = (kind: TrueEvent['kind'], sent = true): TrueEvent => ({ kind, session: undefined, sent });

it('wants every alert that was safe on the topic and at the receiver', () => {
  const events = [anEvent('start'), anEvent('alert'), anEvent('alert'), anEvent('alert', false)];
  const found = { onTopic: new Set([11]), received: new Set<number>() };
  expect(scoreAlerts(events, 10, found)).toEqual({ alerts: 2, lostOnTopic: 1, lostAtReceiver: 2 });
});
