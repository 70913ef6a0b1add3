import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AttributedEvent, type Attribution, check, encodeJson, topics } from '@whoran/contracts';
import { falcoEventId } from '@whoran/service-kit';
import { anAttributedEvent, anAuditEvent } from '@whoran/testing';
import { RouterScene } from '../spec-support/router-scene.ts';

const SHADOW = `
- rule: Shadow read
  desc: d
  condition: evt.type = execve and proc.cmdline contains /etc/shadow and not k8s.user.groups intersects (sre)
  output: read (user=%k8s.user.name command=%proc.cmdline)
  priority: WARNING
  tags: [secrets]
`;
const SECRET_READ = `
- rule: Secret read
  desc: d
  condition: ka.verb = get and ka.target.resource = secrets and ka.stage = ResponseComplete
  output: read (user=%ka.user.name ns=%ka.target.namespace groups=%k8s.user.groups)
  priority: ERROR
  source: k8s_audit
  tags: [b, a]
`;

let scene: RouterScene;
beforeEach(async () => {
  scene = new RouterScene();
  await scene.listen();
});
afterEach(() => scene.end());

const jane = anAttributedEvent().whoran.attribution;
const nobody: Attribution = { evidence: 'none', reason: 'lineage-lost' };
const inGroups = (...groups: string[]): Attribution =>
  jane.session ? { ...jane, session: { ...jane.session, user: { username: 'joe', groups } } } : nobody;
const reading = (whoran: Partial<AttributedEvent['whoran']> = {}, different: Partial<AttributedEvent> = {}): AttributedEvent => {
  const event = anAttributedEvent(different, whoran);
  return { ...event, output_fields: { ...event.output_fields, 'proc.cmdline': 'cat /etc/shadow', 'evt.num': 7 } };
};
const told = () => scene.alerts.map(({ rule, priority, whoran }) => [rule, priority, whoran.revision]);

describe('a rule over attributed events', () => {
  it("raises an alert in Falco's form, with the user, that keeps what the event had", async () => {
    await scene.withRules(SHADOW);
    await scene.publish(reading({ attribution: inGroups('dev') }), anAttributedEvent({}, { id: 'other' }));
    expect(scene.alerts).toEqual([
      expect.objectContaining({
        rule: 'Shadow read',
        priority: 'Warning',
        source: 'syscall',
        tags: ['secrets'],
        time: '2026-01-01T10:00:00.100000000Z',
        hostname: 'node-a',
        message: 'read (user=joe command=cat /etc/shadow)',
        output: '2026-01-01T10:00:00.100000000+0000: Warning read (user=joe command=cat /etc/shadow)',
        output_fields: expect.objectContaining({ 'k8s.user.name': 'joe', 'proc.cmdline': 'cat /etc/shadow', 'k8s.ns.name': 'payments' }),
        whoran: expect.objectContaining({ eventId: 'event-1', cluster: 'test', node: 'node-a', receivers: ['stdout'] }),
      }),
    ]);
    expect(scene.alerts.every((alert) => check(topics.alerts.schema, alert).ok)).toBe(true);
    const metrics = await scene.metrics();
    expect(metrics).toMatch(/whoran_router_rule_matches_total\{rule="Shadow read",.*\} 1\n/);
    expect(metrics).toMatch(/whoran_router_rules\{set="",source="syscall",.*\} 1\n/);
    expect(metrics).toMatch(/whoran_router_rules_seconds_count\{.*source="syscall".*\} 1\n/);
  });

  it('raises it once, however often the event comes, and updates it when the user becomes known', async () => {
    await scene.withRules(SHADOW);
    await scene.publish(reading({ attribution: nobody }), reading({ attribution: nobody }));
    await scene.publish(reading({ attribution: nobody }));
    await scene.publish(reading({ revision: 1, attribution: inGroups('dev') }), reading({ revision: 2, attribution: inGroups('dev') }));
    expect(told()).toEqual([
      ['Shadow read', 'Warning', 0],
      ['Shadow read', 'Warning', 1],
    ]);
    expect(scene.alerts[1]?.message).toContain('user=joe');
  });

  it('withdraws it when a later revision does not match, and raises it again when one does', async () => {
    await scene.withRules(SHADOW);
    await scene.publish(reading({ attribution: nobody }));
    await scene.publish(reading({ revision: 1, attribution: inGroups('sre') }));
    await scene.publish(reading({ revision: 1, attribution: inGroups('sre') }), reading({ revision: 2, attribution: inGroups('sre') }));
    await scene.publish(reading({ revision: 3, attribution: inGroups('dev') }));
    expect(told()).toEqual([
      ['Shadow read', 'Warning', 0],
      ['Shadow read', 'Debug', 1],
      ['Shadow read', 'Warning', 3],
    ]);
    expect(scene.alerts[1]).toMatchObject({ tags: ['secrets', 'withdrawn'], whoran: { update: true, receivers: ['stdout'] } });
    expect(new Set(scene.alerts.map(({ whoran }) => whoran.id)).size).toBe(1);
    expect(scene.lines[1]).toContain('[withdrawn: more is known now]');
  });

  it('withdraws nothing that it never raised', async () => {
    await scene.withRules(SHADOW);
    await scene.publish(reading({ attribution: inGroups('sre') }), reading({ revision: 1, attribution: inGroups('sre') }));
    expect(scene.alerts).toEqual([]);
    expect(await scene.metrics()).toMatch(/whoran_router_alerts_total\{outcome="lineage",.*\} 2\n/);
  });

  it('raises its alert when only a later revision matches', async () => {
    await scene.withRules(SHADOW.replace('not k8s.user.groups intersects (sre)', 'k8s.user.name = joe'));
    await scene.publish(reading({ attribution: nobody }), reading({ revision: 1, attribution: inGroups() }));
    expect(told()).toEqual([['Shadow read', 'Warning', 1]]);
  });

  it('is not run over events of plugins and of whoran itself', async () => {
    await scene.withRules('- {rule: All, desc: d, condition: evt.type exists, output: o, priority: CRITICAL}');
    await scene.publish(
      anAttributedEvent({ source: 'k8s_audit' }),
      anAttributedEvent({ source: 'whoran', priority: 'Critical' }, { id: 'own' }),
    );
    expect(told()).toEqual([['Container process started', 'Critical', 0]]);
    await scene.publish(anAttributedEvent({}, { id: 'e' }));
    expect(told()).toHaveLength(2);
  });
});

describe('a rule that Falco runs, too', () => {
  const ours = SHADOW.replace(' and not k8s.user.groups intersects (sre)', '');
  const falcos = () => reading({ id: 'falcos' }, { rule: 'Shadow read', priority: 'Critical', tags: [] });
  // The ids of Falco's own events are made by falco-ingester, in the same way as those of ours.
  const same = (event: AttributedEvent): AttributedEvent => ({ ...event, whoran: { ...event.whoran, id: SAME } });
  let SAME = '';
  beforeEach(() => {
    const { output_fields: fields } = reading();
    SAME = falcoEventId({ cluster: 'test', node: 'node-a', rule: 'Shadow read', time: 1767261600100000000n }, fields);
  });

  it("is raised once: as Falco's alert if that comes first", async () => {
    await scene.withRules(ours);
    await scene.publish(same(falcos()), reading());
    expect(told()).toEqual([['Shadow read', 'Critical', 0]]);
  });
  it('is raised once: as ours if another event of the same system call comes first', async () => {
    await scene.withRules(ours);
    await scene.publish(reading());
    await scene.publish(same(falcos()));
    expect(told()).toEqual([['Shadow read', 'Warning', 0]]);
  });
  it('is raised twice where that is wanted', async () => {
    await scene.withRules(ours, 'same_as_falco: both');
    await scene.publish(same(falcos()), reading());
    expect(told()).toEqual([
      ['Shadow read', 'Critical', 0],
      ['Shadow read', 'Warning', 0],
    ]);
  });
  it('is raised for each system call', async () => {
    await scene.withRules(ours);
    const later = reading({ id: 'later' }, { time: '2026-01-01T10:00:00.100000001Z' });
    await scene.publish(reading(), later);
    expect(told()).toHaveLength(2);
  });
});

describe('a rule over audit events', () => {
  const read = (different: Parameters<typeof anAuditEvent>[0] = {}) =>
    anAuditEvent({ objectRef: { resource: 'secrets', namespace: 'payments', name: 'db' }, stage: 'ResponseComplete', ...different });

  it("raises an alert in Falco's form, once, with the user of the request", async () => {
    await scene.withRules(SECRET_READ);
    await scene.audit(read(), read(), read({ verb: 'list' }));
    await scene.audit(read());
    expect(scene.alerts).toEqual([
      expect.objectContaining({
        rule: 'Secret read',
        priority: 'Error',
        source: 'k8s_audit',
        tags: ['a', 'b'],
        time: '2026-01-01T10:00:00.010000000Z',
        hostname: 'test',
        message: 'read (user=jane@example.com ns=payments groups=(sre,system:authenticated))',
        output_fields: expect.objectContaining({
          'ka.user.name': 'jane@example.com',
          'k8s.user.name': 'jane@example.com',
          'k8s.user.groups': ['sre', 'system:authenticated'],
          'k8s.ns.name': 'payments',
          'exec.evidence': 'audit',
        }),
        whoran: expect.objectContaining({
          eventId: '112ce082-391d-4875-8c42-0a495b6d5bdd/ResponseStarted',
          attribution: { evidence: 'audit', user: { username: 'jane@example.com', groups: ['sre', 'system:authenticated'] } },
        }),
      }),
    ]);
    expect(scene.alerts.every((alert) => check(topics.alerts.schema, alert).ok)).toBe(true);
    expect(scene.lines).toEqual([expect.stringContaining('user=jane@example.com')]);
    expect(await scene.metrics()).toMatch(/whoran_router_alerts_total\{outcome="no-rule",.*\} 1\n/);
  });

  it('knows the session of an exec, and who is behind an impersonated user', async () => {
    await scene.withRules(`
- rule: Exec
  desc: d
  condition: exec.kind = exec and k8s.user.impersonator = admin and exec.command = id
  output: "%k8s.user.name"
  source: k8s_audit
  priority: NOTICE
`);
    const session = '4cf8e840-6049-4b78-959e-559b16d942a4';
    await scene.audit(
      anAuditEvent({
        user: { username: 'admin' },
        impersonatedUser: { username: 'ops' },
        annotations: { 'exec.whoran.dev/session': session, 'exec.whoran.dev/strategy': 'env' },
      }),
    );
    expect(scene.alerts[0]?.whoran.attribution).toMatchObject({
      evidence: 'audit',
      session: { id: session, kind: 'exec', command: ['id'] },
    });
    expect(scene.alerts[0]?.output_fields).toMatchObject({
      'k8s.pod.name': 'api-0',
      'k8s.user.name': 'ops',
      'k8s.user.impersonator': 'admin',
    });
  });

  it('is not silenced by an event of the same name from another cluster', async () => {
    await scene.withRules(SECRET_READ);
    const event = read();
    await scene.audit(event, { ...event, whoran: { ...event.whoran, cluster: 'other' } });
    expect(scene.alerts.map(({ whoran }) => whoran.cluster)).toEqual(['test', 'other']);
  });

  it('bounds what an alert carries of a command that fills the request', async () => {
    await scene.withRules(
      '- {rule: Exec, desc: d, condition: exec.command endswith last, output: "%exec.command %ka.uri", source: k8s_audit, priority: NOTICE}',
    );
    const query = new URLSearchParams([
      ...Array.from({ length: 5000 }, (): [string, string] => ['command', 'y'.repeat(100)]),
      ['command', 'last'],
      ['container', 'c'],
    ]);
    await scene.audit(anAuditEvent({ requestURI: `/api/v1/namespaces/payments/pods/api-0/exec?${query.toString()}` }));
    expect(scene.alerts[0]?.message).toMatch(/^yyy/);
    expect(encodeJson(scene.alerts[0]).length).toBeLessThan(150_000);
  });

  it('bounds what an alert carries of a large event', async () => {
    await scene.withRules(SECRET_READ.replace('ns=%ka.target.namespace', 'all=%jevt.obj'));
    await scene.audit(read({ requestObject: { data: 'x'.repeat(900_000) } }));
    expect(encodeJson(scene.alerts[0]).length).toBeLessThan(100_000);
    expect(check(topics.alerts.schema, scene.alerts[0]).ok).toBe(true);
  });
});
