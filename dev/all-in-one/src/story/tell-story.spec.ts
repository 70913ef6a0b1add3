import { describe, expect, it } from '@jest/globals';
import type { Attribution, AttributedEvent, FieldValue } from '@whoran/contracts';
import { anAttributedEvent, anExecSession } from '@whoran/testing';
import { tellStory } from './tell-story.ts';

const TOKEN = `1.k1.${'A'.repeat(22)}.${'B'.repeat(86)}`;
const jane = { id: 's', kind: 'exec' as const, user: { username: 'jane@example.com', groups: [] }, command: ['sh'] };
const bob = { ...jane, id: 't', user: { username: 'bob', groups: [] } };

let second = 0;
function event(
  commandLine: string,
  attribution: Attribution,
  different: Partial<AttributedEvent> = {},
  fields: Record<string, FieldValue> = {},
): AttributedEvent {
  second += 1;
  const base = anAttributedEvent({ time: `2026-01-01T10:00:${String(second).padStart(2, '0')}.000000000Z`, ...different }, { attribution });
  return { ...base, output_fields: { ...base.output_fields, 'proc.cmdline': commandLine, ...fields } };
}
const started = anExecSession({ id: 's', observer: 'audit', phase: 'started', command: ['sh'] });
const shell: Attribution = { evidence: 'root', session: jane, process: { key: 'p' } };
const child: Attribution = { evidence: 'lineage', session: jane, process: { key: 'q', parent: 'p' } };
const story = (events: readonly AttributedEvent[], sessions = [started]) => tellStory({ events, sessions }).join('\n');

describe('the story', () => {
  it('tells by user what ran, children below their parents, with what was noticed', () => {
    const told = story([
      event(`env SEC_SESSION=${TOKEN} SEC_USER_ID=jane@example.com sh`, shell),
      event('sh', shell),
      event('cat /etc/shadow', child),
      event('cat /etc/shadow', child, { rule: 'Read sensitive file untrusted', tags: ['maturity_stable'] }, { 'evt.type': 'openat' }),
      event('sh', shell, {}, { 'evt.type': 'clone' }),
    ]);
    expect(told.split('\n')).toEqual([
      '',
      'jane@example.com',
      '  10:00:00  exec payments/api-0/api  sh',
      '              cat /etc/shadow   ! Read sensitive file untrusted',
    ]);
  });

  it('never shows a token, and no control characters', () => {
    const told = story([event(`env SEC_SESSION=${TOKEN} x\u001b[2J`, child)]);
    expect(told).toContain('env SEC_SESSION=<token> x\\u{1b}[2J');
    expect(told).not.toContain(TOKEN);
  });

  it('lists those who cannot be told apart, and says why nobody did the rest', () => {
    const told = story(
      [event('id', { evidence: 'ambiguous', candidates: [jane, bob] }), event('sleep 5', { evidence: 'none', reason: 'main-process' })],
      [],
    );
    expect(told).toContain('  jane@example.com or bob: payments/api-0  id  (1 events)');
    expect(told).toContain('Nobody did 1 of 2 events: 1 main-process');
  });

  it('tells of a refused session, and not of a call that no audit event confirms', () => {
    const told = story(
      [],
      [
        anExecSession({ id: 'a', observer: 'audit', phase: 'refused' }),
        anExecSession({ id: 'b', user: { username: 'nobody-knows', groups: [] } }),
      ],
    );
    expect(told).toContain('Refused by the cluster\n  10:00:00  jane@example.com: exec payments/api-0/api  id');
    expect(told).not.toContain('nobody-knows');
  });
});
