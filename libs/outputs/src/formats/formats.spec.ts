import { describe, expect, it } from '@jest/globals';
import type { Alert } from '@whoran/contracts';
import { aNotification, anAlert, anAttributedEvent } from '@whoran/testing';
import { alertTitle, notificationTitle } from './alert-title.ts';
import { formatAlert } from './format-alert.ts';
import { sessionLink } from './session-link.ts';
import { shorten } from './shorten.ts';
import { alertsToTell } from './summary-alert.ts';

const nobody = { attribution: { evidence: 'none' as const, reason: 'lineage-lost' as const } };
const request = { 'ka.verb': 'delete', 'ka.target.resource': 'pods', 'ka.target.name': 'api-0', 'ka.target.namespace': 'payments' };
const audit = anAlert(
  { source: 'k8s_audit', output_fields: request },
  { attribution: { evidence: 'audit', user: { username: 'ops', groups: [], uid: '7' } } },
);
const file = anAlert({ output_fields: { ...anAlert().output_fields, 'evt.type': 'openat', 'proc.exepath': '/bin/cat' } });
const withdrawn = anAlert({ tags: ['withdrawn'], output_fields: request }, { update: true, revision: 2 });

describe('the line of an alert', () => {
  it.each([
    [anAlert(), 'jane@example.com ran "id" in test/payments/api-0: Terminal shell in container'],
    [audit, 'ops delete pods api-0 in test/payments: Terminal shell in container'],
    [anAlert({}, nobody), 'unknown (lineage-lost) ran "id" in test/payments/api-0: Terminal shell in container'],
    [anAlert({ output_fields: {} }), 'jane@example.com in test/node-a: Terminal shell in container'],
    [anAlert({}, { update: true }), 'Update: jane@example.com ran "id" in test/payments/api-0: Terminal shell in container'],
    [withdrawn, 'Withdrawn: jane@example.com delete pods api-0 in test/payments: Terminal shell in container'],
  ])('says who did what where: %#', (alert, line) => expect(alertTitle(alert)).toBe(line));

  it('is one short line, whatever the alert says', () => {
    const hostile = `\u001b[2J\r\n\u202e${'x'.repeat(1_000_000)}`;
    const line = alertTitle(anAlert({ rule: hostile, output_fields: { 'proc.cmdline': hostile, 'k8s.pod.name': hostile } }));
    expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(line.length).toBeLessThan(1200);
  });
});

describe('the line of a notification', () => {
  it('says how many and of what', () => {
    const group = { route: '{}', labels: { namespace: 'payments', user: 'jane' } };
    expect(notificationTitle(aNotification({ alerts: [anAlert(), audit], total: 7, group }))).toBe(
      '7 alerts of namespace=payments user=jane, the last: ops delete pods api-0 in test/payments: Terminal shell in container',
    );
  });
  it('says since when there is a storm', () => {
    const storm = { since: '2026-01-01T10:00:00Z', until: '2026-01-01T10:01:00Z', rules: [{ name: 'R', alerts: 9 }], users: [] };
    expect(notificationTitle(aNotification({ alerts: [], total: 10, storm }))).toBe(
      '10 alerts between 2026-01-01T10:00:00Z and 2026-01-01T10:01:00Z, too many to tell each: R (9)',
    );
  });
  it('says who was not reached, and what is still so', () => {
    expect(notificationTitle(aNotification({ escalated: { from: 'pager', id: 'n', error: 'x' } }))).toMatch(
      /^pager was not reached\. jane/,
    );
    expect(notificationTitle(aNotification({ reason: 'repeat' }))).toMatch(/^Still: jane/);
  });
});

describe('the link to a session', () => {
  it('needs an address and a session', () => {
    expect(sessionLink(anAlert(), undefined)).toBeUndefined();
    expect(sessionLink(anAlert({}, nobody), 'https://w')).toBeUndefined();
    expect(sessionLink(anAlert({}, { cluster: 'a b/\ud800' }), 'https://w/x/')).toBe(
      'https://w/x/api/v1/sessions/4cf8e840-6049-4b78-959e-559b16d942a4?cluster=a%20b%2F%EF%BF%BD',
    );
  });
});

describe('ECS', () => {
  it('has the Kubernetes user as user, and the session as entry leader', () => {
    const { attribution } = anAttributedEvent().whoran;
    const session = attribution.session as NonNullable<typeof attribution.session>;
    const alert = anAlert(
      {
        output_fields: {
          ...anAlert().output_fields,
          'user.name': 'root',
          'user.uid': 0,
          'proc.exepath': '/usr/bin/id',
          'container.image.repository': 'r',
          'container.image.tag': '1',
        },
      },
      { attribution: { ...attribution, session: { ...session, startedAt: '2026-01-01T10:00:00Z' } } },
    );
    expect(formatAlert(alert, 'ecs')).toMatchObject({
      '@timestamp': '2026-01-01T10:00:00.100000000Z',
      ecs: { version: '9.1.0' },
      event: { kind: 'alert', category: ['process'], type: ['info'], severity: 4 },
      rule: { name: 'Terminal shell in container' },
      user: { name: 'jane@example.com', roles: ['sre'] },
      related: { user: ['jane@example.com'] },
      container: { id: 'c0ffee000000', name: 'api', image: { name: 'r:1' } },
      orchestrator: { type: 'kubernetes', cluster: { name: 'test' }, namespace: 'payments', resource: { type: 'pod', name: 'api-0' } },
      process: {
        pid: 1000,
        name: 'id',
        executable: '/usr/bin/id',
        user: { name: 'root', id: '0' },
        parent: { pid: 900 },
        entry_leader: {
          entity_id: '4cf8e840-6049-4b78-959e-559b16d942a4',
          args: ['id'],
          args_count: 1,
          entry_meta: { type: 'kubelet' },
          attested_user: { name: 'jane@example.com' },
          attested_groups: { name: ['sre'] },
          start: '2026-01-01T10:00:00Z',
        },
      },
    });
  });
  it('has no process for a request, and no user when nobody is named', () => {
    expect(formatAlert(audit, 'ecs')).toMatchObject({ user: { name: 'ops', id: '7' }, event: { action: 'delete' } });
    expect(formatAlert(audit, 'ecs')).not.toHaveProperty('process');
    expect(formatAlert(anAlert({}, nobody), 'ecs')).not.toHaveProperty('user');
  });
});

/** What OCSF 1.9 requires of every event, and of the two classes. */
function missing(event: object, alert: Alert): string[] {
  const required = {
    base: ['category_uid', 'class_uid', 'activity_id', 'type_uid', 'severity_id', 'time', 'metadata.version', 'metadata.product.name'],
    1007: ['actor', 'device.type_id', 'process'],
    2004: ['finding_info.uid'],
  };
  const at = (path: string) =>
    path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], event);
  const own = required[at('class_uid') as 1007 | 2004];
  const absent = [...required.base, ...own].filter((path) => at(path) === undefined);
  const wrongType = at('type_uid') === Number(at('class_uid')) * 100 + Number(at('activity_id')) ? [] : [`type_uid of ${alert.rule}`];
  const actor = at('actor') as Record<string, unknown> | undefined;
  return [...absent, ...wrongType, ...(actor && !actor['user'] && !actor['process'] ? ['an actor of nobody'] : [])];
}

describe('OCSF', () => {
  it('makes a Process Activity of a program that was started', () => {
    const event = formatAlert(anAlert(), 'ocsf');
    expect(missing(event, anAlert())).toEqual([]);
    expect(event).toMatchObject({
      class_uid: 1007,
      type_uid: 100_701,
      severity_id: 3,
      time: 1767261600100,
      is_alert: true,
      metadata: {
        version: '1.9.0',
        profiles: ['security_control', 'host', 'container'],
        correlation_uid: '4cf8e840-6049-4b78-959e-559b16d942a4',
      },
      actor: { user: { name: 'jane@example.com', groups: [{ name: 'sre' }] }, session: { uid: '4cf8e840-6049-4b78-959e-559b16d942a4' } },
      process: { pid: 1000, cmd_line: 'id', container: { uid: 'c0ffee000000', name: 'api' } },
      policy: { name: 'Terminal shell in container' },
    });
  });
  it('makes a Detection Finding of everything else, and closes what is withdrawn', () => {
    for (const alert of [audit, file, withdrawn, anAlert({ output_fields: {} }, nobody)]) {
      expect(missing(formatAlert(alert, 'ocsf'), alert)).toEqual([]);
      expect(formatAlert(alert, 'ocsf')).toMatchObject({
        class_uid: 2004,
        finding_info: { uid: alert.whoran.id, analytic: { type_id: 1 } },
      });
    }
    expect(formatAlert(audit, 'ocsf')).toMatchObject({
      activity_id: 1,
      evidences: [{ actor: { user: { name: 'ops', uid: '7' } }, api: { operation: 'delete pods api-0' } }],
    });
    expect(formatAlert(withdrawn, 'ocsf')).toMatchObject({ activity_id: 3, type_uid: 200_403, status_id: 4, is_alert: false });
    expect(formatAlert(file, 'ocsf')).toMatchObject({ evidences: [{ process: { file: { name: 'cat', path: '/bin/cat' } } }] });
  });
  it.each([
    ['Emergency', 6],
    ['Critical', 5],
    ['Error', 4],
    ['Warning', 3],
    ['Notice', 2],
    ['Debug', 1],
    ['nonsense', 1],
  ])('has severity %s as %i', (priority, id) => expect(formatAlert(anAlert({ priority }), 'ocsf')).toMatchObject({ severity_id: id }));
});

describe('a CloudEvent', () => {
  it('has the attributes of the topic and the Falco event as data', () => {
    expect(formatAlert(anAlert({ time: 'yesterday' }), 'cloudevents')).toMatchObject({
      specversion: '1.0',
      id: 'event-1/Terminal shell in container/0',
      source: '/clusters/test/nodes/node-a',
      type: 'dev.whoran.alerts.v1',
      time: '2026-01-01T10:00:01.000000000Z',
      data: { rule: 'Terminal shell in container', output_fields: { 'whoran.alert.id': 'event-1/Terminal shell in container' } },
    });
  });
});

describe('what a receiver of single alerts is told', () => {
  it('is each alert, and how many more there are', () => {
    expect(alertsToTell(aNotification())).toEqual([anAlert()]);
    expect(alertsToTell(aNotification({ total: 9 })).map(({ rule, output_fields: fields }) => [rule, fields['whoran.alerts']])).toEqual([
      ['Terminal shell in container', undefined],
      ['More alerts', 8],
    ]);
    expect(alertsToTell(aNotification({ alerts: [], total: 9 })).map(({ rule }) => rule)).toEqual(['Alert storm']);
  });
});

describe('a shortened value', () => {
  it('has short texts and lists, and every field of its own', () => {
    const long = { text: 'x'.repeat(500), list: Array.from({ length: 99 }, () => 1), ['__proto__']: 'y', n: 12n, none: null };
    const short = shorten(long, 128);
    expect(short).toMatchObject({ text: `${'x'.repeat(127)}…`, n: 12n, none: null });
    expect(short.list).toHaveLength(10);
    expect(Object.keys(short)).toEqual(Object.keys(long));
  });
  it('does not recurse without end', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(JSON.stringify(shorten(deep, 128))).toContain('…');
  });
});
