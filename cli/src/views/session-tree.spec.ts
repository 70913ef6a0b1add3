import { describe, expect, it } from '@jest/globals';
import { aDetail, aProcess, anAlert } from '../spec-support/records.ts';
import { clockFace } from '../render/clock-face.ts';
import { printSession, treeLines } from './session-tree.ts';
import { noColours } from '../render/tone.ts';
import { cellsOf } from '../render/visible.ts';

const style = { face: clockFace('UTC'), paint: noColours };
const tree = (processes: Parameters<typeof treeLines>[0], width?: number) =>
  treeLines(processes, { ...style, width }).map((line) => line.slice(14));

describe('the tree of a session', () => {
  it('draws branches', () => {
    const processes = [
      aProcess('sh', 0),
      aProcess('a', 1),
      aProcess('a1', 2),
      aProcess('a2', 2),
      aProcess('b', 1),
      aProcess('b1', 2),
      aProcess('other', 0),
    ];
    expect(tree(processes)).toEqual([
      'sh [1000]',
      '├─ a [1000]',
      '│  ├─ a1 [1000]',
      '│  └─ a2 [1000]',
      '└─ b [1000]',
      '   └─ b1 [1000]',
      'other [1000]',
    ]);
  });

  it('shows further programs of a process, forks and alerts below it', () => {
    const time = '2026-01-01T10:00:01Z';
    const program = (commandLine: string) => ({ event: commandLine, time, commandLine, evidence: 'lineage' as const });
    const processes = [
      aProcess('x', 0, { programs: [program('env A=1 sh'), program('sh')], alerts: [anAlert()] }),
      aProcess('y', 1, { programs: [], startedAt: time, pid: 7 }),
      aProcess('z', 1, { programs: [program('id'), program('id -u')] }),
    ];
    expect(tree(processes)).toEqual([
      'env A=1 sh [1000]',
      '│  ⇒ sh',
      '│  ! Notice: Terminal shell in container',
      '├─ (fork) [7]',
      '└─ id [1000]',
      '      ⇒ id -u',
    ]);
    expect(treeLines(processes, style)[0]).toMatch(/^10:00:01\.000 {2}env/);
  });

  it('shows hostile command lines as escapes, on one line', () => {
    const line = { event: 'e', time: 'now\u001b[31m', commandLine: 'a\n└─ fake\u202e', evidence: 'none' as const };
    expect(treeLines([aProcess('x', 0, { programs: [line] })], style)).toEqual(['now\\x1b[31m   a\\n└─ fake\\u202e [1000]']);
  });

  it('indents a tree of any depth only so far, and fits the terminal', () => {
    const deep = Array.from({ length: 20_000 }, (_, depth) => aProcess(`p${depth}`, depth));
    const lines = treeLines(deep, { ...style, width: 100 });
    expect(lines).toHaveLength(20_000);
    expect(lines.at(-1)).toContain('└─ (19999) p19999');
    for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(100);
    for (const width of [1, 10, 20, 40])
      for (const line of treeLines(deep.slice(0, 50), { ...style, width })) expect(cellsOf(line)).toBeLessThanOrEqual(Math.max(width, 14));
  });

  it('is led in by what is known of the session', () => {
    const text = printSession(aDetail([aProcess('sh', 0)], { alerts: [anAlert({ rule: 'Elsewhere' })], truncated: true }), style);
    expect(text).toContain('user        jane@example.com (uid u-1)\n');
    expect(text).toContain("command     sh -c 'id; ls'\n");
    expect(text).toContain('pod         payments/api-0/api\n');
    expect(text).toContain('time        2026-01-01 10:00:00 to 2026-01-01 10:05:00 (4m), UTC\n');
    expect(text).toContain('audit       112ce082, level Metadata, code 101\n');
    expect(text).toContain('! Notice: Elsewhere');
    expect(text).toContain('more than is shown');
    expect(printSession(aDetail([]), style)).toContain('no process of this session is known');
  });
});
