import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aCommand } from '../spec-support/records.ts';
import { clockFace } from './clock-face.ts';
import { commandColumns } from '../views/command-columns.ts';
import { type TableColumn, columnsThatFit, fitWidths, printTable } from './table.ts';
import { colours, noColours } from './tone.ts';
import { cellsOf } from './visible.ts';

const style = { face: clockFace('UTC'), paint: noColours };
const two: readonly TableColumn<readonly [string, string]>[] = [
  { title: 'USER', text: ([user]) => user, min: 6 },
  { title: 'COMMAND', text: ([, command]) => command },
];

describe('a table', () => {
  it('aligns its columns by cells', () => {
    expect(
      printTable(
        two,
        [
          ['王', 'id'],
          ['jane', 'ls'],
        ],
        style,
      ),
    ).toBe('USER  COMMAND\n王    id\njane  ls\n');
  });

  it('shows what is missing as a dash, and what is hostile as an escape', () => {
    expect(printTable(two, [['', 'rm \u001b[1A\n-rf']], style)).toBe('USER  COMMAND\n-     rm \\x1b[1A\\n-rf\n');
  });

  it('cuts the command last, and only when the others are at their minimum', () => {
    expect(printTable(two, [['jane@example.com', 'cat /etc/passwd']], { ...style, width: 26 })).toBe(
      'USER       COMMAND\njane@exa…  cat /etc/passwd\n',
    );
    expect(printTable(two, [['jane@example.com', 'cat /etc/passwd']], { ...style, width: 18 })).toBe(
      'USER    COMMAND\njane@…  cat /etc/…\n',
    );
  });

  it('is as long as it needs to be without a width', () => {
    expect(printTable(two, [['u', 'x'.repeat(5000)]], style)).toContain('x'.repeat(5000));
  });

  it('leaves columns away on a narrow terminal, the same ones for every page', () => {
    const titles = (width?: number) => columnsThatFit(commandColumns.table, width).map(({ title }) => title);
    expect(titles()).toEqual(['TIME', 'USER', 'EVIDENCE', 'CLUSTER', 'POD', 'SESSION', 'COMMAND']);
    expect(titles(120)).toEqual(['TIME', 'USER', 'EVIDENCE', 'CLUSTER', 'POD', 'COMMAND']);
    expect(titles(80)).toEqual(['TIME', 'USER', 'POD', 'COMMAND']);
  });

  it('puts colours around the text and not into the widths', () => {
    const row = aCommand({ evidence: 'none', user: undefined as never, reason: 'forged-token' });
    const text = printTable(commandColumns.table, [row], { ...style, paint: colours });
    expect(text).toContain('\u001b[31m(forged-token)\u001b[0m');
    // eslint-disable-next-line no-control-regex -- takes the colours away again
    const plain = text.replace(/\u001b\[\d+m/g, '');
    expect(plain).toBe(printTable(commandColumns.table, [row], style));
  });

  it('never has a line that is wider than the terminal', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(hostile, hostile, fc.integer({ min: 1, max: 200 }), (name, commandLine, width) => {
        const row = aCommand({ user: { name, groups: [] }, commandLine });
        for (const line of printTable(commandColumns.table, [row], { ...style, width })
          .trimEnd()
          .split('\n'))
          expect(cellsOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('shares a line quickly also when a name is very long', () => {
    expect(fitWidths(two, [65_536, 1_000_000], 100)).toEqual([38, 60]);
  });
});

describe('who, in one cell', () => {
  const user = (different: Parameters<typeof aCommand>[0]) =>
    printTable(commandColumns.table, [aCommand(different)], style)
      .split('\n')[1]
      ?.slice(21)
      .split('  ')[0];
  it.each([
    ['the user', {}, 'jane@example.com'],
    ['with the impersonator', { user: { name: 'jane', groups: [], impersonator: 'root' } }, 'jane (as, by root)'],
    [
      'every candidate',
      {
        user: undefined as never,
        candidates: [
          { user: 'a', session: '1' },
          { user: 'b', session: '2' },
          { user: 'a', session: '3' },
        ],
      },
      'a? b?',
    ],
    ['or the reason', { user: undefined as never, reason: 'main-process' as const }, '(main-process)'],
  ])('%s', (_what, different, shown) => {
    expect(user(different)).toBe(shown);
  });
});
