import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InProcessBus } from '@whoran/bus';
import { type Alert, type AttributedEvent, type Attribution, check, encodeJson, topics } from '@whoran/contracts';
import { ConfigInvalid, VirtualClock } from '@whoran/kernel';
import { LineWriter } from '@whoran/outputs';
import { type ServiceInSpec, anAttributedEvent, anAuditEvent, startForSpec } from '@whoran/testing';
import { type AlertRouterConfig, alertRouter } from '../index.ts';

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

let folder: string;
let clock: VirtualClock;
let bus: InProcessBus;
let alerts: Alert[];
let lines: string[];
let running: ServiceInSpec[];

class Lines extends LineWriter {
  override async write(line: string): Promise<void> {
    lines.push(line);
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rules-'));
  [alerts, lines, running] = [[], [], []];
  clock = new VirtualClock(Date.parse('2026-01-01T10:00:00Z'));
  bus = new InProcessBus(clock);
  await bus.subscribe({ group: 'a', topic: topics.alerts, handle: async (batch) => void alerts.push(...batch) });
});
afterEach(async () => {
  await Promise.all(running.map(({ service }) => service.stop()));
  rmSync(folder, { recursive: true });
});

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
async function start(config: Partial<AlertRouterConfig>): Promise<ServiceInSpec> {
  const started = await startForSpec(alertRouter, { port: 0, stdout: new Lines(), ...config }, { clock, bus });
  running.push(started);
  return started;
}
const withRules = (text: string, settings = '') =>
  start({ rulesFiles: [file('ours.yaml', text)], ...(settings === '' ? {} : { rulesSettingsFile: file('settings.yml', settings) }) });

const jane = anAttributedEvent().whoran.attribution;
const nobody: Attribution = { evidence: 'none', reason: 'lineage-lost' };
const inGroups = (...groups: string[]): Attribution =>
  jane.session ? { ...jane, session: { ...jane.session, user: { username: 'joe', groups } } } : nobody;
const reading = (whoran: Partial<AttributedEvent['whoran']> = {}, different: Partial<AttributedEvent> = {}): AttributedEvent => {
  const event = anAttributedEvent(different, whoran);
  return { ...event, output_fields: { ...event.output_fields, 'proc.cmdline': 'cat /etc/shadow', 'evt.num': 7 } };
};
const publish = async (...events: AttributedEvent[]) => {
  await bus.publish(topics.attributedEvents, events);
  await bus.idle();
};
const told = () => alerts.map(({ rule, priority, whoran }) => [rule, priority, whoran.revision]);
const metricsOf = async ({ service }: ServiceInSpec) => (await fetch(`${service.url}/metrics`)).text();

describe('a rule over attributed events', () => {
  it("raises an alert in Falco's form, with the user, that keeps what the event had", async () => {
    const router = await withRules(SHADOW);
    await publish(reading({ attribution: inGroups('dev') }), anAttributedEvent({}, { id: 'other' }));
    expect(alerts).toEqual([
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
    expect(alerts.every((alert) => check(topics.alerts.schema, alert).ok)).toBe(true);
    const metrics = await metricsOf(router);
    expect(metrics).toMatch(/whoran_router_rule_matches_total\{rule="Shadow read",.*\} 1\n/);
    expect(metrics).toMatch(/whoran_router_rules\{set="",source="syscall",.*\} 1\n/);
    expect(metrics).toMatch(/whoran_router_rules_seconds_count\{.*source="syscall".*\} 1\n/);
  });

  it('raises it once, however often the event comes, and updates it when the user becomes known', async () => {
    await withRules(SHADOW);
    await publish(reading({ attribution: nobody }), reading({ attribution: nobody }));
    await publish(reading({ attribution: nobody }));
    await publish(reading({ revision: 1, attribution: inGroups('dev') }), reading({ revision: 2, attribution: inGroups('dev') }));
    expect(told()).toEqual([
      ['Shadow read', 'Warning', 0],
      ['Shadow read', 'Warning', 1],
    ]);
    expect(alerts[1]?.message).toContain('user=joe');
  });

  it('withdraws it when a later revision does not match, and raises it again when one does', async () => {
    await withRules(SHADOW);
    await publish(reading({ attribution: nobody }));
    await publish(reading({ revision: 1, attribution: inGroups('sre') }));
    await publish(reading({ revision: 1, attribution: inGroups('sre') }), reading({ revision: 2, attribution: inGroups('sre') }));
    await publish(reading({ revision: 3, attribution: inGroups('dev') }));
    expect(told()).toEqual([
      ['Shadow read', 'Warning', 0],
      ['Shadow read', 'Debug', 1],
      ['Shadow read', 'Warning', 3],
    ]);
    expect(alerts[1]).toMatchObject({ tags: ['secrets', 'withdrawn'], whoran: { update: true, receivers: ['stdout'] } });
    expect(new Set(alerts.map(({ whoran }) => whoran.id)).size).toBe(1);
    expect(lines[1]).toContain('[withdrawn: more is known now]');
  });

  it('withdraws nothing that it never raised', async () => {
    const router = await withRules(SHADOW);
    await publish(reading({ attribution: inGroups('sre') }), reading({ revision: 1, attribution: inGroups('sre') }));
    expect(alerts).toEqual([]);
    expect(await metricsOf(router)).toMatch(/whoran_router_alerts_total\{outcome="lineage",.*\} 2\n/);
  });

  it('raises its alert when only a later revision matches', async () => {
    await withRules(SHADOW.replace('not k8s.user.groups intersects (sre)', 'k8s.user.name = joe'));
    await publish(reading({ attribution: nobody }), reading({ revision: 1, attribution: inGroups() }));
    expect(told()).toEqual([['Shadow read', 'Warning', 1]]);
  });

  it('is not run over events of plugins and of whoran itself', async () => {
    await withRules('- {rule: All, desc: d, condition: evt.type exists, output: o, priority: CRITICAL}');
    await publish(anAttributedEvent({ source: 'k8s_audit' }), anAttributedEvent({ source: 'whoran', priority: 'Critical' }, { id: 'own' }));
    expect(told()).toEqual([['Container process started', 'Critical', 0]]);
    await publish(anAttributedEvent({}, { id: 'e' }));
    expect(told()).toHaveLength(2);
  });
});

describe('a rule that Falco runs, too', () => {
  const ours = SHADOW.replace(' and not k8s.user.groups intersects (sre)', '');
  const falcos = () => reading({ id: 'falcos' }, { rule: 'Shadow read', priority: 'Critical', tags: [] });
  // The ids of Falco's own events are made by falco-ingester, in the same way as those of ours.
  const same = (event: AttributedEvent): AttributedEvent => ({ ...event, whoran: { ...event.whoran, id: SAME } });
  let SAME = '';
  beforeEach(async () => {
    const { falcoEventId } = await import('@whoran/service-kit');
    const { output_fields: fields } = reading();
    SAME = falcoEventId({ cluster: 'test', node: 'node-a', rule: 'Shadow read', time: 1767261600100000000n }, fields);
  });

  it("is raised once: as Falco's alert if that comes first", async () => {
    await withRules(ours);
    await publish(same(falcos()), reading());
    expect(told()).toEqual([['Shadow read', 'Critical', 0]]);
  });
  it('is raised once: as ours if another event of the same system call comes first', async () => {
    await withRules(ours);
    await publish(reading());
    await publish(same(falcos()));
    expect(told()).toEqual([['Shadow read', 'Warning', 0]]);
  });
  it('is raised twice where that is wanted', async () => {
    await withRules(ours, 'same_as_falco: both');
    await publish(same(falcos()), reading());
    expect(told()).toEqual([
      ['Shadow read', 'Critical', 0],
      ['Shadow read', 'Warning', 0],
    ]);
  });
  it('is raised for each system call', async () => {
    await withRules(ours);
    const later = reading({ id: 'later' }, { time: '2026-01-01T10:00:00.100000001Z' });
    await publish(reading(), later);
    expect(told()).toHaveLength(2);
  });
});

describe('a rule over audit events', () => {
  const read = (different: Parameters<typeof anAuditEvent>[0] = {}) =>
    anAuditEvent({ objectRef: { resource: 'secrets', namespace: 'payments', name: 'db' }, stage: 'ResponseComplete', ...different });
  const audit = async (...events: ReturnType<typeof read>[]) => {
    await bus.publish(topics.auditEvents, events);
    await bus.idle();
  };

  it("raises an alert in Falco's form, once, with the user of the request", async () => {
    const router = await withRules(SECRET_READ);
    await audit(read(), read(), read({ verb: 'list' }));
    await audit(read());
    expect(alerts).toEqual([
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
    expect(alerts.every((alert) => check(topics.alerts.schema, alert).ok)).toBe(true);
    expect(lines).toEqual([expect.stringContaining('user=jane@example.com')]);
    expect(await metricsOf(router)).toMatch(/whoran_router_alerts_total\{outcome="no-rule",.*\} 1\n/);
  });

  it('knows the session of an exec, and who is behind an impersonated user', async () => {
    await withRules(`
- rule: Exec
  desc: d
  condition: exec.kind = exec and k8s.user.impersonator = admin and exec.command = id
  output: "%k8s.user.name"
  source: k8s_audit
  priority: NOTICE
`);
    const session = '4cf8e840-6049-4b78-959e-559b16d942a4';
    await audit(
      anAuditEvent({
        user: { username: 'admin' },
        impersonatedUser: { username: 'ops' },
        annotations: { 'exec.whoran.dev/session': session, 'exec.whoran.dev/strategy': 'env' },
      }),
    );
    expect(alerts[0]?.whoran.attribution).toMatchObject({ evidence: 'audit', session: { id: session, kind: 'exec', command: ['id'] } });
    expect(alerts[0]?.output_fields).toMatchObject({ 'k8s.pod.name': 'api-0', 'k8s.user.name': 'ops', 'k8s.user.impersonator': 'admin' });
  });

  it('is not silenced by an event of the same name from another cluster', async () => {
    await withRules(SECRET_READ);
    const event = read();
    await audit(event, { ...event, whoran: { ...event.whoran, cluster: 'other' } });
    expect(alerts.map(({ whoran }) => whoran.cluster)).toEqual(['test', 'other']);
  });

  it('bounds what an alert carries of a command that fills the request', async () => {
    await withRules(
      '- {rule: Exec, desc: d, condition: exec.command endswith last, output: "%exec.command %ka.uri", source: k8s_audit, priority: NOTICE}',
    );
    const query = new URLSearchParams([
      ...Array.from({ length: 5000 }, (): [string, string] => ['command', 'y'.repeat(100)]),
      ['command', 'last'],
      ['container', 'c'],
    ]);
    await audit(anAuditEvent({ requestURI: `/api/v1/namespaces/payments/pods/api-0/exec?${query.toString()}` }));
    expect(alerts[0]?.message).toMatch(/^yyy/);
    expect(encodeJson(alerts[0]).length).toBeLessThan(150_000);
  });

  it('bounds what an alert carries of a large event', async () => {
    await withRules(SECRET_READ.replace('ns=%ka.target.namespace', 'all=%jevt.obj'));
    await audit(read({ requestObject: { data: 'x'.repeat(900_000) } }));
    expect(encodeJson(alerts[0]).length).toBeLessThan(100_000);
    expect(check(topics.alerts.schema, alerts[0]).ok).toBe(true);
  });
});

describe('settings', () => {
  const rule = (name: string, different = '') =>
    `- {rule: ${name}, desc: d, condition: evt.type = execve, output: o, priority: NOTICE, tags: [t]${different}}\n`;
  const names = () => alerts.map((alert) => `${alert.whoran.cluster} ${alert.rule}`);
  const both = [anAttributedEvent(), anAttributedEvent({}, { cluster: 'prod', id: 'p' })];

  it('switch rules on and off, in order, by name and tag', async () => {
    await withRules(rule('A one') + rule('A two', ', enabled: false') + rule('B'), 'rules: [disable: {tag: t}, enable: {rule: A *}]');
    await publish(anAttributedEvent());
    expect(names()).toEqual(['test A one', 'test A two']);
  });
  it('stop at the first rule where that is wanted', async () => {
    await withRules(rule('A') + rule('B'), 'rule_matching: first');
    await publish(anAttributedEvent());
    expect(names()).toEqual(['test A']);
  });
  it('leave out what is not severe enough, by the router or by the rules', async () => {
    const text = rule('A').replace('NOTICE', 'INFO') + rule('B').replace('NOTICE', 'DEBUG');
    await withRules(text);
    await publish(anAttributedEvent());
    expect(names()).toEqual([]);
    await running.pop()?.service.stop();
    await withRules(text, 'priority: informational');
    await publish(anAttributedEvent());
    expect(names()).toEqual(['test A']);
  });
  it('may differ per cluster, in files and in what is on', async () => {
    const more = file('more.yml', rule('More'));
    await withRules(
      rule('A') + rule('B'),
      `rules: [disable: {rule: B}]\nclusters: {prod: {rules_files: [${folder}/ours.yaml, ${more}], rules: [disable: {rule: A}, enable: {rule: B}]}}`,
    );
    await publish(...both);
    expect(names()).toEqual(['test A', 'prod More', 'prod B']);
  });
  it('add to outputs', async () => {
    await withRules(
      rule('A'),
      'append_output: [{match: {}, extra_output: "pod=%k8s.pod.name", extra_fields: [proc.vpid, {who: "%user.name!"}]}]',
    );
    await publish(anAttributedEvent());
    expect(alerts[0]).toMatchObject({ message: 'o pod=api-0', output_fields: { 'proc.vpid': 10, who: '<NA>!' } });
  });
  it.each<[string, string, RegExp]>([
    ['rules: [enable: {name: A}]', '', /settings\.yml: \/rules\/0\/enable\/name: is not a setting here \(line 1, column 24\)/],
    ['rules: [{}]', '', /\/rules\/0: /],
    ['rule_matching: some', '', /\/rule_matching: must be one of first, all/],
    ['append_output: [{extra_fields: 3}]', '', /append_output: append_output\[0\]\.extra_fields: must be a list/],
    ['rules_files: [/nonexistent]', '', /rule files: \/nonexistent: names a file or folder that cannot be read/],
    ['', '- rule: A\n  condition: evt.type = \n', /ours\.yaml:1:3: .* LOAD_ERR_YAML_VALIDATE/],
    ['', '- macro: m\n  condition: evt.type = a and (\n', /ours\.yaml:2:14: .*macro m, 1:19 in the condition\) LOAD_ERR_COMPILE_CONDITION/],
    [
      '',
      '- rule: A\n  desc: d\n  condition: no.field = 1\n  output: o\n  priority: INFO\n',
      /ours\.yaml:3:14: .*no\.field.*rule A, 1:1 in the condition/,
    ],
  ])('%j with rules %j keep the router from starting', async (settings, rules, message) => {
    const failed = withRules(rules === '' ? rule('A') : rules, settings);
    await expect(failed).rejects.toThrow(ConfigInvalid);
    await expect(failed).rejects.toThrow(message);
  });
  it('name rule files by their ending', async () => {
    await expect(start({ rulesFiles: [file('rules.txt', '')] })).rejects.toThrow(/must end in \.yaml or \.yml/);
  });
});

describe('files of rules', () => {
  const rule = (name: string) => `- {rule: ${name}, desc: d, condition: evt.type = execve, output: o, priority: NOTICE}\n`;
  const pass = async () => {
    clock.advanceTo(clock.now() + 5_000);
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  const raised = async () => {
    alerts.length = 0;
    await publish(anAttributedEvent({ time: new Date(clock.now()).toISOString() }, { id: `e${clock.now()}` }));
    return alerts.map((alert) => alert.rule);
  };

  it('are read in order, those of a folder sorted, and read again when one changes, comes or goes', async () => {
    file('b.yaml', rule('B'));
    file('a.yml', rule('A'));
    file('notes.txt', 'not rules');
    await start({ rulesFiles: [folder] });
    expect(await raised()).toEqual(['A', 'B']);
    file('c.yaml', rule('C'));
    await pass();
    expect(await raised()).toEqual(['A', 'B', 'C']);
    rmSync(join(folder, 'a.yml'));
    file('b.yaml', rule('Other'));
    await pass();
    expect(await raised()).toEqual(['Other', 'C']);
  });

  it('leave the former rules in use when they are wrong, and the router ready', async () => {
    const router = await withRules(rule('A'));
    file('ours.yaml', `${rule('B')}- rule: C\n`);
    await pass();
    expect(await raised()).toEqual(['A']);
    expect(await metricsOf(router)).toMatch(/whoran_router_rules_valid\{.*\} 0\n/);
    expect(await metricsOf(router)).toMatch(/whoran_router_rules_reloads_total\{outcome="refused",.*\} 1\n/);
    expect((await fetch(`${router.service.url}/readyz`)).status).toBe(200);
    file('ours.yaml', rule('B'));
    await pass();
    expect(await raised()).toEqual(['B']);
    expect(await metricsOf(router)).toMatch(/whoran_router_rules_valid\{.*\} 1\n/);
  });

  it('may be followed through their settings file', async () => {
    const router = await withRules(rule('A') + rule('B'), 'rules: [disable: {rule: A}]');
    expect(await raised()).toEqual(['B']);
    file('settings.yml', 'rules: [disable: {rule: B}]');
    await pass();
    expect(await raised()).toEqual(['A']);
    file('settings.yml', 'rules: no');
    await pass();
    expect(await raised()).toEqual(['A']);
    expect(await metricsOf(router)).toMatch(/whoran_router_rules_valid\{.*\} 0\n/);
  });
});
