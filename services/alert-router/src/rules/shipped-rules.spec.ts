import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { type AttributedEvent, type AuditEvent, parseJson } from '@whoran/contracts';
import { anAttributedEvent, anAuditEvent } from '@whoran/testing';
import { SettingsFiles } from '../files/settings-files.ts';
import type { PossibleAlert } from '../notify/decide-notification.ts';
import { loadRuleBook } from './load-rule-book.ts';
import { attributedRuleEvent, auditRuleEvent } from './rule-event.ts';
import type { RuleSet } from './rule-set.ts';
import { type RuleSettings, SHIPPED, readRuleSettings } from './rule-settings.ts';

const [ADMIN, ADMIN_GROUP] = ['Full K8s Administrative Access', 'Full K8s Administrative Access by Group'];
const INGRESS = 'Ingress Object without TLS Certificate Created';
const [JOINED, REFUSED] = ['Untrusted Node Successfully Joined the Cluster', 'Untrusted Node Unsuccessfully Tried to Join the Cluster'];
const OUTSIDE = 'Network Connection outside Local Subnet';
const TRAFFIC = 'Outbound or Inbound Traffic not to Authorized Server Process and Port';

const DEFAULTS: Omit<RuleSettings, 'files'> = {
  selections: [],
  matching: 'all',
  minPriority: 'notice',
  appendOutput: [],
  sameAsFalco: 'once',
};

/** The shipped rules with a local file after them. */
function shipped(local = '', selections: RuleSettings['selections'] = []): RuleSet {
  const folder = mkdtempSync(join(tmpdir(), 'shipped-'));
  try {
    const own = join(folder, 'local.yaml');
    writeFileSync(own, local);
    const defaults = { ...DEFAULTS, files: [SHIPPED, own], selections };
    const loaded = loadRuleBook({ path: '', defaults }, new SettingsFiles());
    if (!loaded.ok) throw new Error(loaded.error.join('\n'));
    expect(loaded.value.warnings).toEqual([]);
    return loaded.value.book.others;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const webhook = 'exec.whoran.dev';
const raised = (possible: readonly PossibleAlert[]) => possible.flatMap(({ rule, holds }) => (holds ? [rule] : []));
const raisedBy = (rules: RuleSet, event: AuditEvent): string[] => raised(rules.judge(auditRuleEvent(event, webhook), 0));
const raisedByCall = (rules: RuleSet, event: AttributedEvent): string[] => {
  const judged = attributedRuleEvent(event);
  return judged ? raised(rules.judge(judged, 0)) : [];
};

const enabled = [{ operation: 'enable', rule: 'Full K8s*' }] as const;
const strict = '- {macro: whoran_any_node_may_join, condition: (whoran_never)}\n- {list: whoran_allowed_nodes, items: [node-a, node-b]}\n';

type Different = Omit<Partial<AuditEvent>, 'user'> & { readonly user?: string; readonly groups?: string[]; readonly code?: number };
/** A request of the administrator that was answered. */
const request = ({ user = 'kubernetes-admin', groups = ['system:masters'], code = 200, ...different }: Different): AuditEvent =>
  anAuditEvent({
    user: { username: user, groups },
    stage: 'ResponseComplete',
    verb: 'update',
    requestURI: '/apis/apps/v1/namespaces/payments/deployments/api',
    objectRef: { resource: 'deployments', namespace: 'payments', name: 'api', apiGroup: 'apps' },
    responseStatus: { code },
    annotations: { 'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow' },
    ...different,
  });

describe('full administrators', () => {
  const rules = shipped('', enabled);
  const pod = { resource: 'pods', namespace: 'payments', name: 'api-0' };
  it('are not reported until somebody asks for it', () => expect(raisedBy(shipped(), request({}))).toEqual([]));

  it.each<[string, Different, string[]]>([
    ['a change', {}, [ADMIN, ADMIN_GROUP]],
    ['a change under another name', { user: 'admin', groups: [] }, [ADMIN]],
    ['a change by a member under no known name', { user: 'masterclient' }, [ADMIN_GROUP]],
    ['a change by somebody else', { user: 'jane', groups: ['sre'] }, []],
    ['a change by the API server itself', { user: 'system:apiserver' }, []],
    ['a change by somebody who acts as the administrator', { user: 'jane', groups: [], impersonatedUser: { username: 'admin' } }, [ADMIN]],
    [
      'a change by somebody who acts as a member',
      { user: 'jane', groups: [], impersonatedUser: { username: 'jane', groups: ['system:masters'] } },
      [ADMIN_GROUP],
    ],
    ['a question', { verb: 'list' }, []],
    ['a change that was refused', { code: 403 }, []],
    ['a change that failed', { code: 409 }, []],
    ['a change that was only received', { stage: 'RequestReceived', responseStatus: undefined as never }, []],
    ['a dry run', { requestURI: '/apis/apps/v1/namespaces/a/deployments/b?fieldManager=x&dryRun=All' }, []],
    ['a question that is posted', { verb: 'create', objectRef: { resource: 'selfsubjectaccessreviews' } }, []],
    ['a token', { verb: 'create', code: 201, objectRef: { resource: 'serviceaccounts', subresource: 'token' } }, [ADMIN, ADMIN_GROUP]],
    [
      'an exec that begins',
      { verb: 'get', code: 101, stage: 'ResponseStarted', objectRef: { ...pod, subresource: 'exec' } },
      [ADMIN, ADMIN_GROUP],
    ],
    ['an exec that ends', { verb: 'get', code: 101, objectRef: { ...pod, subresource: 'exec' } }, []],
    ['logs that are read', { verb: 'get', objectRef: { ...pod, subresource: 'log' } }, []],
    ['a watch that begins', { verb: 'watch', stage: 'ResponseStarted' }, []],
  ])('%s', (_what, different, expected) => expect(raisedBy(rules, request(different))).toEqual(expected));

  it('are whom a local file says, doing what it says', () => {
    const local = shipped(
      `- {list: whoran_full_admin_users, items: [breakglass], override: {items: append}}
- {macro: whoran_full_admin_scope, condition: (whoran_always)}
- {macro: whoran_expected_full_admin_access, condition: ka.target.namespace = kube-system}`,
      enabled,
    );
    expect(raisedBy(local, request({ user: 'breakglass', groups: [], verb: 'get' }))).toEqual([ADMIN]);
    expect(raisedBy(local, request({ verb: 'get', objectRef: { resource: 'secrets', namespace: 'kube-system' } }))).toEqual([]);
  });
});

describe('ingresses', () => {
  const rules = shipped();
  const group = (apiGroup: string) => ({ resource: 'ingresses', namespace: 'payments', name: 'web', apiGroup });
  const ingress = (tls?: unknown) => ({ spec: { rules: [{ host: 'a.example.com' }], ...(tls === undefined ? {} : { tls }) } });
  const created: Different = { user: 'jane', verb: 'create', code: 201, objectRef: group('networking.k8s.io') };
  const whole = (tls?: unknown): Different => ({ ...created, requestObject: ingress(tls), responseObject: ingress(tls) });
  const tls = [{ secretName: 'web-tls' }];

  it.each<[string, Different, boolean]>([
    ['is created without a certificate', whole(), true],
    ['is created with one', whole(tls), false],
    ['is created with an empty list of them', whole([]), true],
    ['is created with none, said so', whole(null), true],
    ['is created in the older group', { ...whole(), objectRef: group('extensions') }, true],
    ['is something else of that name', { ...whole(), objectRef: group('config.openshift.io') }, false],
    ['is refused', { ...whole(), code: 403 }, false],
    ['is tried out', { ...whole(), requestURI: '/apis/networking.k8s.io/v1/namespaces/a/ingresses?dryRun=All' }, false],
    ['is updated without', { ...whole(), verb: 'update', code: 200 }, true],
    ['loses its certificate by a patch', { ...whole(), verb: 'patch', code: 200, requestObject: { spec: { tls: null } } }, true],
    ['keeps it in a patch of something else', { ...whole(tls), verb: 'patch', code: 200, requestObject: { metadata: {} } }, false],
    ['has its status written', { ...whole(), verb: 'update', objectRef: { ...group('networking.k8s.io'), subresource: 'status' } }, false],
    ['is deleted', { ...whole(), verb: 'delete', code: 200 }, false],
    ['is read', { ...whole(), verb: 'get', code: 200 }, false],
    ['is created, and only the request was logged', { ...created, requestObject: ingress() }, true],
    ['is created with one, and only the request was logged', { ...created, requestObject: ingress(tls) }, false],
    ['is patched, and only the request was logged', { ...created, verb: 'patch', requestObject: { spec: {} } }, false],
    ['is created, and no body was logged', created, false],
  ])('one that %s', (_what, different, alerts) => expect(raisedBy(rules, request(different))).toEqual(alerts ? [INGRESS] : []));

  it('may do without where a local file says so', () => {
    const local = shipped('- {macro: whoran_ingress_may_lack_tls, condition: ka.target.namespace in (payments)}');
    expect(raisedBy(local, request(whole()))).toEqual([]);
  });
});

describe('nodes', () => {
  const rules = shipped(strict);
  const joining = (name: string | undefined, different: Different = {}): Different => ({
    user: `system:node:${name ?? 'unknown'}`,
    groups: ['system:nodes'],
    verb: 'create',
    code: 201,
    requestURI: '/api/v1/nodes',
    objectRef: { resource: 'nodes', ...(name === undefined ? {} : { name }) },
    ...different,
  });

  it('may all join until there is a list', () => {
    expect(raisedBy(shipped(), request(joining('rogue')))).toEqual([]);
    expect(raisedBy(shipped('- {list: whoran_allowed_nodes, items: [node-a]}'), request(joining('rogue')))).toEqual([]);
  });

  it.each<[string, Different, string[]]>([
    ['joins and is not in the list', joining('rogue'), [JOINED]],
    ['joins and is in the list', joining('node-b'), []],
    ['comes again and is in the list', joining('node-a', { code: 409 }), []],
    ['is refused and not in the list', joining('rogue', { code: 403 }), [REFUSED]],
    ['is refused before its name was read', joining(undefined, { code: 403 }), [REFUSED]],
    ['is named in the body only', joining(undefined, { requestObject: { metadata: { name: 'node-a' } } }), []],
    ['is named otherwise in the body only', joining(undefined, { requestObject: { metadata: { name: 'rogue' } } }), [JOINED]],
    ['is tried out', joining('rogue', { requestURI: '/api/v1/nodes?dryRun=All' }), []],
    ['writes its status', joining('rogue', { verb: 'patch', objectRef: { resource: 'nodes', subresource: 'status' } }), []],
    ['was only asked for', joining('rogue', { stage: 'RequestReceived', responseStatus: undefined as never }), []],
  ])('one that %s', (_what, different, expected) => expect(raisedBy(rules, request(different))).toEqual(expected));
});

describe('connections', () => {
  type Fields = AttributedEvent['output_fields'];
  const connection = (fields: Fields): AttributedEvent => {
    const event = anAttributedEvent({ rule: 'Some connection' });
    const to = {
      'fd.typechar': '4',
      'fd.rip': '198.51.100.7',
      'fd.sip': '198.51.100.7',
      'fd.sport': 443,
      'fd.name': '10.0.0.1:1->198.51.100.7:443',
    };
    const image = { 'container.image.repository': 'registry.example.com/web' };
    return { ...event, output_fields: { ...event.output_fields, 'evt.type': 'connect', 'evt.rawres': 0, ...to, ...image, ...fields } };
  };
  const rules = shipped('- {list: whoran_watched_namespaces, items: [payments]}');

  it('are not looked at until there is a list', () => expect(raisedByCall(shipped(), connection({}))).toEqual([]));

  it.each<[string, Fields, boolean]>([
    ['goes outside', {}, true],
    ['is being opened', { 'evt.rawres': -115, 'evt.res': 'EINPROGRESS' }, true],
    ['failed', { 'evt.rawres': -111, 'evt.res': 'ECONNREFUSED' }, false],
    ['comes from outside', { 'evt.type': 'accept4' }, true],
    ['stays in 10.0.0.0/8', { 'fd.rip': '10.1.2.3' }, false],
    ['stays in 172.16.0.0/12', { 'fd.rip': '172.31.255.255' }, false],
    ['goes beside 172.16.0.0/12', { 'fd.rip': '172.32.0.1' }, true],
    ['stays in 192.168.0.0/16', { 'fd.rip': '192.168.1.1' }, false],
    ['stays on the node', { 'fd.rip': '127.0.0.53' }, false],
    ['goes outside over IPv6', { 'fd.typechar': '6', 'fd.rip': '2001:db8::1' }, true],
    ['stays at home over IPv6', { 'fd.typechar': '6', 'fd.rip': 'fd00::1' }, false],
    ['stays on the node over IPv6', { 'fd.typechar': '6', 'fd.rip': '::1' }, false],
    ['has no address', { 'fd.rip': '0.0.0.0' }, false],
    ['is a socket of the file system', { 'fd.typechar': 'u', 'fd.rip': null }, false],
    ['is of another namespace', { 'k8s.ns.name': 'sandbox' }, false],
    ['is of the host', { 'container.id': 'host' }, false],
    ['is no connection', { 'evt.type': 'openat' }, false],
  ])('one that %s', (_what, fields, alerts) => expect(raisedByCall(rules, connection(fields))).toEqual(alerts ? [OUTSIDE] : []));

  it.each<[string, Fields, boolean]>([
    ['is of no known program and port', {}, true],
    ['is of the server', { 'proc.name': 'nginx' }, false],
    ['is at its port', { 'fd.sport': 8443 }, false],
    ['is of another image', { 'container.image.repository': 'registry.example.com/job' }, false],
  ])('one that %s', (_what, fields, alerts) => {
    const served = shipped(
      `- {list: whoran_watched_images, items: [registry.example.com/web]}
- {list: whoran_server_binaries, items: [nginx]}
- {list: whoran_server_ports, items: [8443]}`,
    );
    expect(raisedByCall(served, connection(fields))).toEqual(alerts ? [TRAFFIC] : []);
  });
});

describe('the recording', () => {
  const path = fileURLToPath(new URL('../../../../recordings/exec-a/audit.jsonl', import.meta.url));
  const events = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => {
      const list = parseJson(line);
      return list.ok ? (list.value as { items: AuditEvent[] }).items : [];
    })
    .map((event) => ({
      ...event,
      whoran: { id: `${event.auditID}/${event.stage}`, cluster: 'test-a', receivedAt: '2026-11-22T04:50:00Z' },
    }));
  const named = (rules: RuleSet) =>
    events.flatMap((event) =>
      raisedBy(rules, event).map((rule) => `${rule}: ${event.user.username} ${event.verb} ${event.objectRef?.name ?? '?'}`),
    );

  it('has one ingress without a certificate', () => expect(named(shipped())).toEqual([`${INGRESS}: kubernetes-admin create plain`]));

  it('has a foreign node that joined, and one that tried', () =>
    expect(named(shipped(strict)).filter((line) => line.includes('Node'))).toEqual([
      `${JOINED}: system:node:rogue-1 create rogue-1`,
      `${REFUSED}: nobody@example.com create ?`,
    ]));

  it('has exactly the changes of its administrator', () => {
    const verbs = ['create', 'update', 'patch', 'delete'];
    const changes = events.filter(
      ({ verb, stage, user, objectRef, responseStatus }) =>
        user.username === 'kubernetes-admin' &&
        ((stage === 'ResponseComplete' && verbs.includes(verb) && Math.floor((responseStatus?.code ?? 0) / 100) === 2) ||
          (stage === 'ResponseStarted' && ['exec', 'attach', 'portforward'].includes(objectRef?.subresource ?? ''))),
    );
    const expected = changes.map(({ auditID }) => auditID);
    const rules = shipped('', [{ operation: 'enable', rule: ADMIN }]);
    expect(events.filter((event) => raisedBy(rules, event).includes(ADMIN)).map(({ auditID }) => auditID)).toEqual(expected);
    expect(expected).toHaveLength(25);
  });
});

describe('the examples of the documentation', () => {
  const text = readFileSync(new URL('../../../../docs/operations/rules.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  const example = (start: string) => blocks.find((block) => block.includes(start)) ?? '';

  it('are rules that load after the shipped ones', () => {
    const rules = shipped(`${example('- rule: Secrets read')}\n${example('- list: whoran_full_admin_users')}`, enabled);
    expect(raisedBy(rules, request({ user: 'breakglass', groups: [] }))).toEqual([ADMIN]);
    expect(raisedBy(rules, request({ user: 'admin', groups: [] }))).toEqual([]);
    const read = anAttributedEvent();
    const { attribution } = read.whoran;
    const shadow = { ...read, output_fields: { ...read.output_fields, 'proc.cmdline': 'cat /etc/shadow' } };
    const by = (...groups: string[]): AttributedEvent => {
      const session = attribution.session && { ...attribution.session, user: { username: 'joe', groups } };
      return { ...shadow, whoran: { ...shadow.whoran, attribution: { ...attribution, ...(session ? { session } : {}) } } };
    };
    expect(raisedByCall(rules, by('sre'))).toEqual([]);
    expect(raisedByCall(rules, by('dev'))).toEqual(['Secrets read by others than sre']);
  });

  it('are settings', () => {
    const settings = readRuleSettings(example('same_as_falco'), { ...DEFAULTS, files: [] });
    expect(settings).toMatchObject({ ok: true, value: { others: { matching: 'all', minPriority: 'notice' } } });
    const prod = settings.ok ? settings.value.clusters.get('prod-eu') : undefined;
    expect([prod?.files.length, prod?.selections.length]).toEqual([3, 3]);
  });
});
