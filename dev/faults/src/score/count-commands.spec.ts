import { expect, it } from '@jest/globals';
import type { TrueEvent } from '../load/truth-book.ts';
import { countsIn } from '../forensics.ts';
import type { FinalAnswer } from '../watch/answer-book.ts';
import { countCommands, differenceOf } from './count-commands.ts';

const anAnswer = (number: number, evidence: FinalAnswer['evidence']) => ({ number, evidence }) as FinalAnswer;
const anEvent = (kind: TrueEvent['kind']): TrueEvent => ({ kind, session: undefined, sent: true });

it('counts program starts by their final evidence, and neither forks nor what alerts about the same start', () => {
  const events = [anEvent('start'), anEvent('alert'), anEvent('fork'), anEvent('start'), anEvent('start')];
  const answers = [1, 2, 3, 4].map((number) => anAnswer(number, number === 4 ? 'lineage' : 'none'));
  expect(countCommands(events, 1, answers)).toEqual({ none: 1, lineage: 1 });
});

it('counts what alerts when the start itself was given up', () => {
  expect(countCommands([anEvent('start'), anEvent('alert')], 1, [anAnswer(2, 'environment')])).toEqual({ environment: 1 });
});

it.each([
  [{ none: 2 }, { none: 2 }, ''],
  [{ none: 2, root: 1 }, { none: 1, lineage: 4 }, 'none: 1 instead of 2, root: 0 instead of 1, lineage: 4 instead of 0'],
])('tells how %j differs from %j', (expected, found, difference) => {
  expect(differenceOf(expected, found)).toBe(difference);
});

it('adds up the nodes of one load', () => {
  const node = (name: string, none: number) => ({ name, firstSeen: '', lastFalco: '', commandsByEvidence: { none } });
  const cluster = (name: string, nodes: readonly ReturnType<typeof node>[]) => ({ name, nodes }) as never;
  const report = {
    generatedAt: '',
    since: '',
    deadLetters: [],
    clusters: [cluster('alpha', [node('n1-alpha-0', 3), node('n12-alpha-0', 50)]), cluster('beta', [node('n1-beta-0', 4)])],
  };
  expect(countsIn(report, 'n1')).toEqual({ none: 7 });
});
