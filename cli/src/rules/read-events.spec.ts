import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { encodeJson } from '@whoran/contracts';
import { anAttributedEvent, anAuditEvent } from '@whoran/testing';
import { keysSent, readEvents } from './read-events.ts';

const dir = mkdtempSync(join(tmpdir(), 'whoran-'));

function fileOf(text: string): string {
  const file = join(dir, `${Math.random()}`);
  writeFileSync(file, text);
  return file;
}
const read = (text: string) => readEvents(fileOf(text), 'exec.whoran.dev');
const summary = (text: string) => read(text).events.map(({ number, line, event }) => `${number} ${line} ${event.source}`);

const { whoran: _, ...plain } = anAuditEvent();
const audit = { kind: 'Event', ...plain };
const falco = {
  rule: 'R',
  priority: 'Notice',
  time: '2026-01-31T10:00:00Z',
  output_fields: { 'evt.type': 'open', 'proc.cmdline': 'cat x' },
};

describe('events of a file', () => {
  it.each([
    ['one audit event', JSON.stringify(audit), ['1 1 k8s_audit']],
    ['one over several lines', JSON.stringify(audit, null, 2), ['1 1 k8s_audit']],
    ['a list', JSON.stringify({ kind: 'EventList', items: [plain, plain] }), ['1 1 k8s_audit', '2 1 k8s_audit']],
    ['an array', JSON.stringify([audit, audit]), ['1 1 k8s_audit', '2 1 k8s_audit']],
    ['lines, some of them blank', `\n${JSON.stringify(audit)}\n\n${JSON.stringify(falco)}\r\n`, ['1 2 k8s_audit', '2 4 syscall']],
    ['an audit event of the topic', JSON.stringify(anAuditEvent()), ['1 1 k8s_audit']],
    ['attributed events of the topic', encodeJson(anAttributedEvent()), ['1 1 syscall']],
    ['an array of Falco events', JSON.stringify([falco, falco], null, 1), ['1 1 syscall', '2 1 syscall']],
    ['a byte order mark', `\uFEFF${JSON.stringify(falco)}`, ['1 1 syscall']],
  ])('are read from %s', (_what, text, expected) => {
    expect(summary(text)).toEqual(expected);
  });

  it('carry the user of the request, or of the topic', () => {
    expect(read(JSON.stringify(audit)).events[0]?.event.attribution).toMatchObject({ evidence: 'audit', session: { kind: 'exec' } });
    const attributed = anAttributedEvent();
    expect(read(encodeJson(attributed)).events[0]?.event.attribution).toEqual(attributed.whoran.attribution);
    expect(read(JSON.stringify({ ...falco, whoran: { attribution: { evidence: 'guess' } } })).events[0]?.event.attribution).toBeUndefined();
  });

  it('are told of in a few words', () => {
    expect(read(JSON.stringify(falco)).events[0]?.about).toBe('open cat x');
    expect(read(JSON.stringify(audit)).events[0]?.about).toMatch(/^\S+: (get|create) pods\/exec /);
  });

  it('of the plugins of Falco are counted and left out', () => {
    expect(read(JSON.stringify({ ...falco, source: 'k8s_audit' }))).toMatchObject({ events: [], others: 1 });
  });

  it('that cannot be read are told by their line', () => {
    const { events, problems } = read(`${JSON.stringify(falco)}\nnonsense\n{"a":1}\n`);
    expect(events).toHaveLength(1);
    expect(problems).toEqual([expect.stringMatching(/^line 2: is not JSON/), 'line 3: data not recognized as a k8s audit event']);
  });

  it.each([
    ['nothing', ''],
    ['bytes that are no text', '\u00ff'],
  ])('are not read from %s', (_what, text) => {
    const file = join(dir, 'x');
    writeFileSync(file, text, 'latin1');
    expect(() => readEvents(file, '')).toThrow(text === '' ? 'has no events' : 'is not UTF-8');
  });

  it('say which fields Falco sends', () => {
    expect([...keysSent(fileOf(JSON.stringify(falco)))]).toEqual(['evt.type', 'proc.cmdline']);
    expect(() => keysSent(fileOf(JSON.stringify(audit)))).toThrow('no Falco events of system calls');
  });
});
