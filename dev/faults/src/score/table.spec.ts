import { expect, it } from '@jest/globals';
import { aRowResult } from './spec-row.ts';
import { problemsOf } from './row-result.ts';
import { markdownTable, textRow, withTable } from './table.ts';

it('writes one line a row', () => {
  const delays = { beta: { median: 10, within99: 210 }, alpha: { median: 20, within99: 1320 } };
  expect(markdownTable([aRowResult({ name: 'kill-forensics', missed: 1, missedAfterLoss: 2, delays })]).split('\n')).toEqual([
    '| fault | sent | delivered | lost | evicted | duplicates | wrong | no name | ambiguous | alerts lost | stall s | delay s | told s | again | peak MiB |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    '| kill-forensics | 100 | 100 | 0 | 0 | 0 | 0 | 3 | 0 | 0 | 0.5 | 1.3 / 0.2 | 0.02 / 0.10 | 0 | 90 |',
  ]);
});

it('puts the table between its marks and leaves the rest as it is', () => {
  const document = 'before\n<!-- table: npm run faults -->\nold\n<!-- end of table -->\nafter\n';
  expect(withTable(document, 'new')).toBe('before\n<!-- table: npm run faults -->\n\nnew\n\n<!-- end of table -->\nafter\n');
  expect(withTable('no marks', 'new')).toBeUndefined();
});

it('says when the other receiver was told of nothing', () => {
  expect(markdownTable([aRowResult({ told: undefined })])).toContain(' | never | ');
});

it('shows what must not be under its row', () => {
  const row = aRowResult({ problems: ['1 events lost'], examples: ['not delivered: event 7'] });
  expect(textRow(row).slice(1)).toEqual(['    1 events lost', '    not delivered: event 7']);
});

it.each([
  ['sent', 0, 'nothing was sent'],
  ['lost', 1, '1 events lost'],
  ['duplicates', 2, '2 events twice for consumers, or with two answers'],
  ['wrong', 3, '3 events attributed wrongly'],
  ['missed', 4, '4 events of sessions without a name'],
  ['lostOnTopic', 5, '5 events without their alert'],
  ['lostAtReceiver', 6, '6 events whose alert a receiver never got'],
  ['doubled', 2, '2 events whose alert came under several keys'],
  ['missedAfterLoss', 7, undefined],
  ['ambiguous', 8, undefined],
] as const)('judges %s of %d', (name, count, problem) => {
  const measured = { ...aRowResult({ [name]: count }), faultProblems: [] };
  expect(problemsOf(measured)).toEqual(problem === undefined ? [] : [problem]);
});
