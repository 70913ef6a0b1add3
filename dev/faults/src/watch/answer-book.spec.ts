import { expect, it } from '@jest/globals';
import { AnswerBook, type Delivery } from './answer-book.ts';

const aDelivery = (different: Partial<Delivery> = {}): Delivery => ({
  number: 1,
  id: 'e1',
  revision: 0,
  evidence: 'none',
  session: undefined,
  user: undefined,
  ...different,
});
const named = { evidence: 'lineage', session: 's1', user: 'jane' } as const;

it.each([
  ['the highest revision', [aDelivery(), aDelivery({ revision: 1, ...named })], { revision: 1, session: 's1', rival: false }],
  ['it also when it comes first', [aDelivery({ revision: 1, ...named }), aDelivery()], { revision: 1, session: 's1', rival: false }],
  ['one answer of two equal ones', [aDelivery(named), aDelivery(named)], { revision: 0, session: 's1', rival: false }],
  ['that a revision came with two answers', [aDelivery(), aDelivery(named)], { revision: 0, session: 's1', rival: true }],
  [
    'no rivals below the highest revision',
    [aDelivery(), aDelivery(named), aDelivery({ revision: 1, ...named })],
    { revision: 1, session: 's1', rival: false },
  ],
  ['that an event came under two ids', [aDelivery(), aDelivery({ id: 'e2' }), aDelivery({ id: 'e2' })], { otherIds: 1 }],
])('keeps %s', (_, deliveries, answer) => {
  const book = new AnswerBook();
  expect(deliveries.map((delivery) => book.take(delivery))).toEqual(deliveries.map((_delivery, index) => index === 0));
  expect(book.list()).toMatchObject([answer]);
});
