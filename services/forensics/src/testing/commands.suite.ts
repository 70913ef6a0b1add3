import { expect, it } from '@jest/globals';
import type { AttributedEvent } from '@whoran/contracts';
import type { Position } from '../store/store.ts';
import { LIST, type StoreInSuite, aCommand, unique } from './store-in-suite.ts';

/** What every store must do with commands. */
export function describeCommands(suite: StoreInSuite): void {
  const { save, lines } = suite;
  it('keeps the highest revision of an event, in whatever order they come and how often', async () => {
    const cluster = unique('cluster');
    const id = unique('event');
    const late = aCommand({ id, cluster, line: 'second', revision: 1 });
    await save(late, aCommand({ id, cluster, line: 'first' }));
    await save(aCommand({ id, cluster, line: 'first' }));
    await save(late);
    expect(await lines({ cluster })).toEqual(['second']);
  });

  it('finds commands by each parameter, exactly', async () => {
    const cluster = unique('cluster');
    const [namespace, pod, container] = [unique('ns'), unique('pod'), unique('container')];
    await save(
      aCommand({
        cluster,
        line: 'wanted',
        user: 'a_b',
        session: 'wanted',
        fields: { 'k8s.ns.name': namespace, 'k8s.pod.name': pod, 'container.name': container },
      }),
      aCommand({ cluster, line: 'other', user: 'axb', session: 'other', evidence: 'lineage' }),
    );
    for (const search of [
      { namespace },
      { pod },
      { container },
      { user: 'a_b' },
      { user: 'a_*' },
      { user: '*_b' },
      { session: 'wanted' },
      { evidence: 'root' as const },
      { text: 'ANT' },
    ]) {
      expect([search, await lines({ cluster, ...search })]).toEqual([search, ['wanted']]);
    }
    expect(await lines({ cluster, user: 'A_B' })).toEqual([]);
    expect(await lines({ cluster, user: '*' })).toEqual(['other', 'wanted']);
    expect(await lines({ cluster, order: 'asc' })).toEqual(['wanted', 'other']);
  });

  it('takes the wildcards of SQL as they are', async () => {
    const cluster = unique('cluster');
    await save(aCommand({ cluster, line: '100% _done_ \\o/' }), aCommand({ cluster, line: '100x ydoney /o' }));
    for (const text of ['0%', '_d', '\\o', '100% _done_ \\o/'])
      expect([text, await lines({ cluster, text })]).toEqual([text, ['100% _done_ \\o/']]);
    expect(await lines({ cluster, text: "'; drop table whoran.events; --" })).toEqual([]);
  });

  it('goes through a list page by page without a gap, also where times are equal', async () => {
    const cluster = unique('cluster');
    const time = '2026-01-01T09:00:00.000000001Z';
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((letter) => `${cluster}-${letter}`);
    await save(
      ...ids.map((id) => aCommand({ id, cluster, line: id, time, fields: { 'proc.pid': 1 } })).map((event, index) => withPid(event, index)),
    );
    for (const order of ['asc', 'desc'] as const) {
      const seen: string[] = [];
      for (let after: Position | undefined, more = true; more;) {
        const page = await suite.store.commands({ cluster, limit: 3, order, after });
        seen.push(...page.map(({ record }) => record.id));
        after = page.at(-1)?.position;
        more = page.length === 3;
      }
      expect(seen).toEqual(order === 'asc' ? ids : ids.toReversed());
    }
  });

  it('keeps times to the nanosecond and searches by them', async () => {
    const cluster = unique('cluster');
    await save(aCommand({ cluster, time: '2026-01-01T08:00:00.123456789Z' }), aCommand({ cluster, time: '9999-12-31T00:00:00Z' }));
    const [late, early] = await suite.store.commands({ ...LIST, cluster });
    expect(early?.record.time).toBe('2026-01-01T08:00:00.123456789Z');
    expect(late?.record.time).toMatch(/^2262/);
    const position = early?.position.timeNs ?? 0n;
    expect(await suite.store.commands({ ...LIST, cluster, sinceNs: position, untilNs: position + 1n })).toHaveLength(1);
    expect(await suite.store.commands({ ...LIST, cluster, untilNs: position })).toHaveLength(0);
  });

  it('stores whatever a text may hold', async () => {
    const cluster = unique('cluster');
    const nasty = 'a\0b\ud800c \u{1f600} \\u0000 \'"$1 \x1b[31m';
    await save(
      aCommand({
        cluster,
        id: `${cluster}-\0`,
        line: nasty,
        user: nasty,
        session: nasty,
        rule: nasty,
        fields: { 'k8s.pod.name': nasty, 'proc.cwd': nasty, 'proc.pid': 2n ** 63n },
      }),
      aCommand({
        cluster,
        line: 'x'.repeat(1_000_000),
        user: 'ü'.repeat(60_000),
        session: '\u{1f600}'.repeat(64),
        fields: { 'k8s.pod.name': 'ß'.repeat(5000), 'k8s.ns.name': '\u{1f600}'.repeat(5000) },
      }),
    );
    const [long, odd] = await suite.store.commands({ ...LIST, cluster });
    expect(odd?.record).toMatchObject({
      commandLine: nasty.replace('\0', '\ufffd').toWellFormed(),
      user: { name: nasty.replace('\0', '\ufffd').toWellFormed() },
    });
    expect(long?.record.commandLine).toHaveLength(32_768);
    expect(await lines({ cluster, user: 'ü'.repeat(60_000) })).toHaveLength(1);
    expect(await lines({ cluster, user: nasty })).toHaveLength(1);
    expect(await lines({ cluster, text: '\0b' })).toHaveLength(1);
  });

  it('shows a program start that two rules report once, by the lineage rule', async () => {
    const cluster = unique('cluster');
    const time = '2026-01-01T07:00:00.5Z';
    await save(aCommand({ cluster, id: unique('0'), time, line: 'twin', rule: 'Drop and execute', tags: ['mitre'] }));
    expect(await lines({ cluster })).toEqual(['twin']);
    await save(aCommand({ cluster, id: unique('z'), time, line: 'lineage' }));
    expect(await lines({ cluster })).toEqual(['lineage']);
    await save(
      aCommand({ cluster, line: 'failed', fields: { 'evt.res': 'ENOENT' } }),
      aCommand({ cluster, line: 'read', fields: { 'evt.type': 'openat' } }),
    );
    expect(await lines({ cluster })).toEqual(['lineage']);
  });
}

function withPid(event: AttributedEvent, pid: number): AttributedEvent {
  const { attribution } = event.whoran;
  return { ...event, whoran: { ...event.whoran, attribution: { ...attribution, process: { key: event.whoran.id, pid } } } };
}
