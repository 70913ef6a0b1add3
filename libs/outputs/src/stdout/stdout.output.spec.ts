import { describe, expect, it } from '@jest/globals';
import type { Alert, Notification } from '@whoran/contracts';
import { VirtualClock, err } from '@whoran/kernel';
import { LineWriter, textLine } from '@whoran/outputs';
import { aNotification, anAlert, anAttributedEvent } from '@whoran/testing';
import { stdoutKind } from './stdout.output.ts';

const { attribution } = anAttributedEvent().whoran;
const session = attribution.session as NonNullable<typeof attribution.session>;
const as = (username: string) => ({ ...session, user: { username, groups: [] } });

class Lines extends LineWriter {
  readonly written: string[] = [];
  broken = false;
  override async write(line: string): Promise<void> {
    if (this.broken) throw new Error('EPIPE');
    this.written.push(line);
  }
}

async function send(settings: unknown, alert: Alert, writer = new Lines(), different: Partial<Notification> = {}) {
  const opened = stdoutKind.open(settings, { stdout: writer, clock: new VirtualClock(), concurrency: 1, readFile: () => err('none') });
  if (!opened.ok) throw new Error('not opened');
  return {
    outcome: await opened.value.send(aNotification(different, alert), { signal: new AbortController().signal }),
    written: writer.written,
  };
}

describe('a line', () => {
  it('says when, how urgent, what, who, where, how it is known and the command', () => {
    expect(textLine(anAlert(), false)).toBe(
      '2026-01-01T10:00:00.100000000Z  Warning    Terminal shell in container  user=jane@example.com  test/payments/api-0  evidence=root  id',
    );
  });
  it('marks an update', () => expect(textLine(anAlert(), true)).toContain('[update: the user is now known]  user=jane@example.com'));
  it('marks what no longer holds', () =>
    expect(textLine(anAlert({ tags: ['withdrawn'] }), true)).toContain('[withdrawn: more is known now]  user=jane@example.com'));
  it.each([
    [{ evidence: 'none' as const, reason: 'forged-token' as const, session }, 'user=unknown (forged-token)  '],
    [{ evidence: 'ambiguous' as const, candidates: [as('ann'), as('bob'), as('ann')] }, 'user=one of ann or bob  '],
    [{ evidence: 'ambiguous' as const, candidates: ['a', 'b', 'c', 'd', 'e'].map(as) }, 'user=one of a or b or c or 2 more  '],
    [{ evidence: 'none' as const }, 'user=unknown  '],
    [{ evidence: 'audit' as const, user: { username: 'ops', groups: [] } }, 'user=ops  '],
  ])('tells who when nobody is certain: %#', (unnamed, text) =>
    expect(textLine(anAlert({}, { attribution: unnamed }), false)).toContain(text),
  );
  it('names the node when there is no pod, and the message when there is no command', () => {
    const line = textLine(anAlert({ output_fields: {}, message: 'Something on the host' }), false);
    expect(line).toContain('  test/node-a  ');
    expect(line.endsWith('evidence=root  Something on the host')).toBe(true);
  });
  it('obeys nobody: control characters, line breaks and directions are shown, and everything is bounded', () => {
    const hostile = '\u001b]0;pwned\u0007\r\n2026 Warning fake \u202e\u009b2J';
    const line = textLine(
      anAlert(
        {
          rule: hostile,
          message: hostile,
          output_fields: { 'proc.cmdline': hostile + 'x'.repeat(100_000), 'k8s.ns.name': hostile, 'k8s.pod.name': hostile },
        },
        { cluster: hostile, attribution: { evidence: 'root', session: as(hostile + 'y'.repeat(60_000)) } },
      ),
      false,
    );
    expect(line).not.toMatch(/[\p{Cc}\u202e\u2028\u2029]/u);
    expect(line.length).toBeLessThan(4000);
  });
});

describe('standard output', () => {
  it('writes text unless told otherwise', async () => {
    expect((await send({}, anAlert())).written).toEqual([textLine(anAlert(), false)]);
  });
  it('writes Falco JSON on one line, with all digits', async () => {
    const { outcome, written } = await send({ format: 'json' }, anAlert({ rule: 'a\nb' }));
    expect(outcome).toEqual({ kind: 'delivered' });
    expect(written).toEqual([expect.stringMatching(/^\{"output":.*"rule":"a\\nb".*"proc\.pid\.ts":1767261600050000000.*\}$/)]);
  });
  it('tries again when the line cannot be written', async () => {
    const writer = new Lines();
    writer.broken = true;
    expect((await send({}, anAlert(), writer)).outcome).toEqual({ kind: 'retry', error: 'standard output: EPIPE' });
  });
  it('sums up a storm in one line, and says how many alerts it does not show', async () => {
    const storm = { since: '2026-01-01T10:00:00Z', until: '2026-01-01T10:01:00Z', rules: [{ name: 'A rule', alerts: 45 }], users: [] };
    const { written } = await send({}, anAlert(), new Lines(), { reason: 'storm', total: 45, storm });
    expect(written).toEqual([expect.stringMatching(/Alert storm.*45 alerts/)]);
    const { written: several } = await send({}, anAlert(), new Lines(), { reason: 'group', total: 3 });
    expect(several).toEqual([expect.stringContaining('Terminal shell'), expect.stringContaining('More alerts')]);
  });
});
