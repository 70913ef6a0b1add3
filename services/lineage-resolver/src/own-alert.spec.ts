import { describe, expect, it } from '@jest/globals';
import { type Attribution, check, topics } from '@whoran/contracts';
import { ClusterLineage, type ProcessRecord, observer } from '@whoran/lineage';
import { type SimProcess, SimulatedNode, simulatedVerifier } from '@whoran/testing';
import { type Finding, type OwnAlert, alertId, ownAlertEvent } from './own-alert.ts';

const attribution: Attribution = { evidence: 'none', reason: 'runtime-exec' };

/** The records of the processes that a story made. */
function records(story: (node: SimulatedNode) => SimProcess): ProcessRecord {
  const node = new SimulatedNode();
  const process = story(node);
  const lineage = new ClusterLineage('sim', simulatedVerifier, { isProbe: () => false });
  let last: ProcessRecord | undefined;
  for (const input of node.inputs) {
    const seen = input.kind === 'event' ? observer('SEC_')(input.event) : 'a report';
    if (typeof seen === 'string') continue;
    const record = lineage.takeObservation('node-a', seen, 0);
    if (record.pid === process.pid) last = record;
  }
  if (!last) throw new Error('the process was not seen');
  return last;
}

const started = (command: readonly string[], pod = 'api-0') => records((node) => node.runtimeExec(node.container(pod), command));
const alert = (finding: Finding, different: Partial<OwnAlert> = {}): OwnAlert => ({
  id: 'alert-1',
  cluster: 'sim',
  node: 'node-a',
  process: started(['cat', '/etc/shadow']),
  finding,
  attribution,
  receivedAt: '2026-01-01T10:00:00Z',
  revision: 0,
  withdrawn: false,
  ...different,
});
const unattributed: Finding = { kind: 'unattributed-exec', reason: 'runtime-exec' };
const misuse = (kind: 'forged-token' | 'replayed-token' | 'stolen-token', victim?: string): Finding => ({ kind, token: 'a-token', victim });

describe('an alert of the resolver', () => {
  it.each<[Finding, string, string, string]>([
    [misuse('forged-token'), 'Forged session token', 'Critical', 'victim_session=none'],
    [misuse('replayed-token', 's-1'), 'Replayed session token', 'Critical', 'victim_session=s-1'],
    [misuse('stolen-token', 's-1'), 'Stolen session token', 'Critical', 'victim_session=s-1'],
    [unattributed, 'Exec without attribution', 'Notice', 'reason=runtime-exec'],
  ])('about %j is %s', (finding, rule, priority, detail) => {
    const event = ownAlertEvent(alert(finding));
    expect(event).toMatchObject({ rule, priority, source: 'whoran', hostname: 'node-a', tags: ['whoran', finding.kind] });
    expect(event.message).toContain(detail);
    expect(event.message).toContain('command=cat /etc/shadow pod=payments/api-0 container=api');
    expect(event.output).toContain(`: ${priority} ${event.message}`);
    expect(event.output_fields).toMatchObject({ 'k8s.pod.name': 'api-0', 'proc.cmdline': 'cat /etc/shadow', 'exec.evidence': 'none' });
    expect(event.output_fields['exec.victim_session']).toBe('victim' in finding ? finding.victim : undefined);
    expect(check(topics.attributedEvents.schema, event).ok).toBe(true);
  });

  it('that proved wrong comes again, says so and is nothing urgent', () => {
    const event = ownAlertEvent(alert(unattributed, { withdrawn: true, revision: 1 }));
    expect(event).toMatchObject({
      priority: 'Debug',
      tags: ['whoran', 'unattributed-exec', 'withdrawn'],
      whoran: { id: 'alert-1', revision: 1 },
    });
    expect(event.message).toContain('withdrawn: more is known now');
  });

  it('hands no token on, and is bounded whatever was run', () => {
    const token = `1.sim.${'s'.repeat(22)}.${'x'.repeat(86)}`;
    const process = started(['env', `SEC_SESSION=${token}`, 'x'.repeat(100_000)]);
    for (const finding of [unattributed, misuse('stolen-token', 's-1')]) {
      const event = ownAlertEvent(alert(finding, { process }));
      expect(event.output_fields['proc.cmdline']).toHaveLength(1024);
      expect(event.message).toContain('SEC_SESSION=<token>');
      expect(event.message).not.toContain('x'.repeat(1025));
    }
  });
});

describe('the id of an alert', () => {
  const one = started(['crictl-thing', 'a']);
  const id = (process: ProcessRecord, finding: Finding, cluster = 'sim', node = 'node-a') => alertId(cluster, node, process, finding);

  it('is one for the same program in the same container, however often nobody explains it', () => {
    const twice = records((node) => {
      const container = node.container();
      node.runtimeExec(container, ['crictl-thing', 'a']);
      return node.runtimeExec(container, ['crictl-thing', 'a']);
    });
    expect(twice.pid).not.toBe(one.pid);
    expect(id(twice, unattributed)).toBe(id(one, unattributed));
  });

  it('is one for a token at a process, whatever is found of it later', () => {
    expect(id(one, misuse('stolen-token', 's-1'))).toBe(id(one, misuse('replayed-token', 's-1')));
  });

  it('differs by everything that it is about', () => {
    const other = started(['crictl-thing', 'b']);
    const elsewhere = started(['crictl-thing', 'a'], 'api-1');
    const ids = [
      id(one, unattributed),
      id(other, unattributed),
      id(elsewhere, unattributed),
      id(one, unattributed, 'other'),
      id(one, unattributed, 'sim', 'node-b'),
      id(one, misuse('forged-token')),
      id(elsewhere, misuse('forged-token')),
      id(one, { kind: 'forged-token', token: 'another', victim: undefined }),
      id(one, misuse('forged-token'), 'other'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });
});
