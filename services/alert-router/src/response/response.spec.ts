import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from '@whoran/contracts';
import { anAlert, eventually } from '@whoran/testing';
import { ResponseScene, TOKENS } from '../spec-support/response-scene.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const PAYMENTS = '/api/v1/namespaces/payments';
const ALL = 'actions: { quarantine: {}, end-session: { pods: delete, uncontrolled: true }, disable-credentials: {}, isolate-pod: {} }\n';
const jane = { kind: 'User', name: 'jane', apiGroup: 'rbac.authorization.k8s.io' };
const joe = { kind: 'User', name: 'joe', apiGroup: 'rbac.authorization.k8s.io' };
const bot = { kind: 'ServiceAccount', name: 'bot', namespace: 'payments' };
const group = { kind: 'Group', name: 'devs', apiGroup: 'rbac.authorization.k8s.io' };
const edit = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' };

describe('responses', () => {
  let scene: ResponseScene;
  beforeEach(() => {
    scene = new ResponseScene();
  });
  afterEach(() => scene.stop());

  const steps = ({ steps: all }: Response) => all.map(({ what, state, error }) => `${state} ${what}${error ? `: ${error}` : ''}`);
  const quarantine = { id: 'q1', action: 'quarantine', target: { user: 'jane' }, reason: 'incident 42', duration: '1h' };

  describe('a quarantine', () => {
    it('is done at once, told, and undone', async () => {
      await scene.start(ALL);
      const { status, body } = await scene.ask('', quarantine);
      expect(status).toBe(201);
      expect(body).toMatchObject({ id: 'q1', state: 'done', author: 'ana', target: { user: 'jane' }, dryRun: false });
      expect(Date.parse(body.expiresAt ?? '') - Date.parse(body.createdAt)).toBeGreaterThanOrEqual(3_600_000);
      expect(steps(body)).toEqual(['done keep user jane out of containers of all namespaces of all clusters']);
      expect(scene.states('q1')).toEqual(['approved', 'running', 'done']);
      expect((await scene.ask('/q1/undo', {}, TOKENS.bob)).body).toMatchObject({ state: 'undone', endedBy: 'bob' });
      expect(scene.states('q1').slice(3)).toEqual(['undoing', 'undone']);
      expect((await scene.ask('/q1/undo', {})).status).toBe(409);
    });

    it('is one, however often it is asked for', async () => {
      await scene.start(ALL);
      await scene.ask('', quarantine);
      expect(await scene.ask('', quarantine)).toMatchObject({ status: 200, body: { id: 'q1' } });
      expect(await scene.ask('', { ...quarantine, id: 'q2' })).toMatchObject({ status: 200, body: { id: 'q1', state: 'done' } });
      await scene.ask('/q1/undo', {});
      expect(await scene.ask('', { ...quarantine, id: 'q2' })).toMatchObject({ status: 201, body: { id: 'q2' } });
      const { body } = await scene.ask<{ items: Response[] }>('');
      expect(body.items.map(({ id, state }) => [id, state]).sort()).toEqual([
        ['q1', 'undone'],
        ['q2', 'done'],
      ]);
    });

    it('ends by itself when its time is over', async () => {
      await scene.start(ALL);
      await scene.ask('', { ...quarantine, duration: '1s' });
      await eventually(() => expect(scene.states('q1').slice(3)).toEqual(['undoing', 'expired']));
    });

    it('is only said by a dry run, and not even kept by a preview', async () => {
      await scene.start(ALL);
      expect((await scene.ask('/preview', quarantine)).body).toMatchObject({ state: 'done', dryRun: true, steps: [{ state: 'planned' }] });
      expect((await scene.ask('/q1')).status).toBe(404);
      expect(scene.told).toEqual([]);
      expect((await scene.ask('', { ...quarantine, dryRun: true })).body).toMatchObject({ state: 'done', dryRun: true });
      expect((await scene.ask('', { ...quarantine, id: 'q2' })).body).toMatchObject({ id: 'q2', dryRun: false });
      expect((await scene.ask('/q1/undo', {})).status).toBe(409);
    });

    it.each<[string, object, RegExp]>([
      ['nobody', { target: {} }, /names nobody/],
      ['an exempt user', { target: { user: 'root' } }, /user root is exempt/],
      ['an exempt group', { target: { group: 'whoran:break-glass' } }, /group whoran:break-glass is exempt/],
      ['too long a time', { duration: '30d' }, /max_duration/],
      ['ever, where there is a limit', { duration: 'forever' }, /max_duration/],
      ['no time', { duration: 'soon' }, /\/duration/],
      ['no reason', { reason: '' }, /\/reason/],
      ['a strange id', { id: '../x' }, /\/id/],
      ['a field that is none', { targets: {} }, /\/targets/],
    ])('of %s is refused', async (_, different, message) => {
      await scene.start(`${ALL}max_duration: 1d\nexempt: { users: [root], groups: [whoran:break-glass] }\n`);
      const { status, body } = await scene.ask<{ error: { message: string } }>('', { ...quarantine, ...different });
      expect(status).toBe(400);
      expect(body.error.message).toMatch(message);
      expect(scene.told).toEqual([]);
    });
  });

  it('need a token, and a response file', async () => {
    await scene.start(ALL);
    expect((await scene.ask('', quarantine, 'wrong-token-00000')).status).toBe(401);
    await scene.stop();
    scene = new ResponseScene();
    await scene.start('', { responseFile: '' });
    expect(await scene.ask('', quarantine)).toMatchObject({
      status: 403,
      body: { error: { message: expect.stringMatching(/WHORAN_ROUTER_RESPONSE_FILE/) } },
    });
  });

  it('do only what is on', async () => {
    await scene.start('actions: { quarantine: {} }\n');
    const asked = { ...quarantine, action: 'isolate-pod', target: { cluster: 'prod', namespace: 'payments', pod: 'api-0' } };
    expect(await scene.ask('', asked)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/"isolate-pod" is off/) } },
    });
    expect(scene.cluster.changes).toEqual([]);
  });

  describe('credentials', () => {
    const disable = { id: 'c1', action: 'disable-credentials', target: { cluster: 'prod', user: 'jane' }, reason: 'incident 42' };
    const binding = (name: string, subjects: readonly object[], more: object = {}) => ({
      metadata: { name, labels: { app: name } },
      roleRef: edit,
      subjects,
      ...more,
    });

    it('lose all bindings, and get them back exactly', async () => {
      await scene.start(ALL);
      const { cluster } = scene;
      const paths = [
        cluster.put(`${RBAC}/namespaces/payments/rolebindings`, binding('mixed', [joe, jane, group])),
        cluster.put(`${RBAC}/namespaces/payments/rolebindings`, binding('alone', [jane])),
        cluster.put(`${RBAC}/namespaces/payments/rolebindings`, binding('others', [joe])),
        cluster.put(`${RBAC}/clusterrolebindings`, binding('wide', [jane, jane, joe])),
      ];
      const subjects = () => paths.map((path) => cluster.objects.get(path)?.['subjects']);
      const before = subjects();

      const { body: preview } = await scene.ask('/preview', disable);
      expect(steps(preview)).toEqual([
        'planned remove user jane from RoleBinding payments/mixed (ClusterRole edit); 2 others stay',
        'planned remove user jane from RoleBinding payments/alone (ClusterRole edit); nobody is left in it',
        'planned remove user jane from ClusterRoleBinding wide (ClusterRole edit); 1 other stay',
        'impossible remove rights through groups: bindings of groups are left alone: name the group to remove them',
        'impossible revoke certificates and tokens: Kubernetes does not keep them: they log in until they expire, without these rights',
      ]);
      expect(subjects()).toEqual(before);
      expect(cluster.changes.every((change) => change.endsWith(' dry'))).toBe(true);
      expect(cluster.changes).toHaveLength(3);

      expect((await scene.ask('', disable)).body).toMatchObject({ state: 'done' });
      expect(subjects()).toEqual([[joe, group], [], [joe], [joe]]);
      expect((await scene.ask('/c1/undo', {})).body).toMatchObject({ state: 'undone' });
      expect(subjects()).toEqual(before);
    });

    it('get back what others deleted, and keep what others changed', async () => {
      await scene.start(ALL);
      const { cluster } = scene;
      const gone = cluster.put(`${RBAC}/namespaces/payments/rolebindings`, binding('gone', [jane], { extra: 1 }));
      const grown = cluster.put(`${RBAC}/namespaces/payments/rolebindings`, binding('grown', [jane, joe]));
      const other = cluster.put(`${RBAC}/namespaces/payments/rolebindings`, binding('other', [jane]));
      await scene.ask('', disable);
      cluster.objects.delete(gone);
      cluster.put(`${RBAC}/namespaces/payments/rolebindings`, binding('grown', [joe, group]));
      cluster.put(`${RBAC}/namespaces/payments/rolebindings`, binding('other', [joe], { roleRef: { ...edit, name: 'admin' } }));
      const { body } = await scene.ask('/c1/undo', {});
      expect(body).toMatchObject({ state: 'failed', error: '1 steps could not be undone' });
      expect(steps(body).filter((step) => step.startsWith('failed'))).toEqual([expect.stringMatching(/payments\/other .*of another role/)]);
      expect(cluster.objects.get(gone)).toMatchObject({ metadata: { labels: { app: 'gone' } }, roleRef: edit, subjects: [jane] });
      expect(cluster.objects.get(grown)?.['subjects']).toEqual([jane, joe, group]);
      expect(cluster.objects.get(other)?.['subjects']).toEqual([joe]);
    });

    it('of a service account lose their token Secrets too, whose content is never kept', async () => {
      await scene.start(ALL);
      const { cluster } = scene;
      cluster.put(`${RBAC}/namespaces/payments/rolebindings`, binding('bots', [bot]));
      const annotations = { 'kubernetes.io/service-account.name': 'bot', 'kubernetes.io/service-account.uid': 'u' };
      const mine = cluster.put(`${PAYMENTS}/secrets`, { metadata: { name: 'bot-token', annotations }, data: { token: 'c2VjcmV0' } });
      const foreign = { metadata: { name: 'other-token', annotations: { 'kubernetes.io/service-account.name': 'other' } } };
      const kept = cluster.put(`${PAYMENTS}/secrets`, foreign);
      const asked = { ...disable, target: { cluster: 'prod', user: 'system:serviceaccount:payments:bot' } };
      expect((await scene.ask('', asked)).body.state).toBe('done');
      expect([cluster.objects.has(mine), cluster.objects.has(kept)]).toEqual([false, true]);
      await scene.ask('/c1/undo', {});
      expect(cluster.objects.get(mine)).toMatchObject({
        type: 'kubernetes.io/service-account-token',
        metadata: { name: 'bot-token', annotations: { 'kubernetes.io/service-account.name': 'bot' } },
      });
      expect(JSON.stringify([...cluster.objects.values(), scene.told])).not.toContain('c2VjcmV0');
    });

    it.each(['system:masters', 'system:authenticated', 'system:nodes'])('of group %s are left alone', async (name) => {
      await scene.start(ALL);
      expect(await scene.ask('', { ...disable, target: { cluster: 'prod', group: name } })).toMatchObject({ status: 400 });
    });

    it('that the API server does not let go are said, and the rest is done', async () => {
      await scene.start(ALL);
      const { cluster } = scene;
      cluster.put(`${RBAC}/namespaces/payments/rolebindings`, binding('first', [jane]));
      const second = cluster.put(`${RBAC}/namespaces/payments/rolebindings`, binding('second', [jane]));
      cluster.refuse = { match: /PUT .*first/, status: 403, times: 1 };
      const { body } = await scene.ask('', disable);
      expect(body).toMatchObject({ state: 'failed', error: '1 of 4 steps failed' });
      expect(steps(body)[0]).toMatch(/^failed .*first.*: refused by the spec$/);
      expect(cluster.objects.get(second)?.['subjects']).toEqual([]);
      expect((await scene.ask('/c1/undo', {})).body.state).toBe('undone');
      expect(cluster.objects.get(second)?.['subjects']).toEqual([jane]);
    });

    it('are tried again while the API server is away', async () => {
      await scene.start(ALL);
      const { cluster } = scene;
      const path = cluster.put(`${RBAC}/namespaces/payments/rolebindings`, binding('first', [jane]));
      cluster.refuse = { match: /PUT/, status: 503, times: 1 };
      expect((await scene.ask('', disable)).body.state).toBe('running');
      await eventually(() => expect(scene.states('c1').at(-1)).toBe('done'), 15_000);
      expect(cluster.objects.get(path)?.['subjects']).toEqual([]);
    }, 20_000);
  });

  describe('sessions', () => {
    const end = {
      id: 's1',
      action: 'end-session',
      target: { cluster: 'prod', namespace: 'payments', pod: 'api-0' },
      reason: 'incident 42',
    };
    const owned = { ownerReferences: [{ kind: 'ReplicaSet', controller: true }] };

    it.each<[string, string, object, RegExp]>([
      ['by deletion', 'pods: delete', owned, /^done delete Pod payments\/api-0; its controller starts another one$/],
      ['by eviction', 'pods: evict', owned, /^done evict Pod payments\/api-0/],
      [
        'of debug pods',
        'pods: never',
        { labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
        /^done delete Pod .* kubectl debug$/,
      ],
      ['not where pods are left alone', 'pods: never', owned, /^impossible .*"never"/],
      ['not of pods that nothing starts again', 'pods: delete', {}, /^impossible .*uncontrolled/],
      ['not of static pods', 'pods: delete', { ...owned, annotations: { 'kubernetes.io/config.mirror': 'x' } }, /^impossible .*static pod/],
    ])('are ended %s', async (_, how, metadata, step) => {
      await scene.start(`actions: { end-session: { ${how} } }\n`);
      const path = scene.cluster.put(`${PAYMENTS}/pods`, { metadata: { name: 'api-0', ...metadata } });
      const { body } = await scene.ask('', end);
      expect(steps(body)).toEqual([expect.stringMatching(step)]);
      const isDone = step.source.startsWith('^done');
      expect([body.state, scene.cluster.objects.has(path)]).toEqual([isDone ? 'done' : 'failed', !isDone]);
      if (isDone) expect((await scene.ask('/s1/undo', {})).status).toBe(409);
    });

    it('of a pod that is gone have ended', async () => {
      await scene.start(ALL);
      expect((await scene.ask('', end)).body).toMatchObject({
        state: 'done',
        steps: [{ state: 'done', what: expect.stringMatching(/is gone/) }],
      });
    });
  });

  it('isolate a pod, and connect it again', async () => {
    await scene.start(ALL);
    const { cluster } = scene;
    const pod = cluster.put(`${PAYMENTS}/pods`, { metadata: { name: 'api-0', labels: { app: 'api' } }, spec: {} });
    const target = { cluster: 'prod', namespace: 'payments', pod: 'api-0' };
    const asked = { id: 'i1', action: 'isolate-pod', target, reason: 'incident 42' };
    expect((await scene.ask('', asked)).body.state).toBe('done');
    const policy = `/apis/networking.k8s.io/v1/namespaces/payments/networkpolicies/whoran-isolate-i1`;
    const labels = { app: 'api', 'isolated.whoran.dev/i1': 'true' };
    expect(cluster.objects.get(pod)?.metadata['labels']).toEqual(labels);
    expect(cluster.objects.get(policy)).toMatchObject({
      spec: { podSelector: { matchLabels: { 'isolated.whoran.dev/i1': 'true' } }, policyTypes: ['Ingress', 'Egress'] },
    });
    await scene.ask('/i1/undo', {});
    expect([cluster.objects.get(pod)?.metadata['labels'], cluster.objects.has(policy)]).toEqual([{ app: 'api' }, false]);
    const onHost = { metadata: { name: 'host' }, spec: { hostNetwork: true } };
    cluster.put(`${PAYMENTS}/pods`, onHost);
    const refused = await scene.ask('', { ...asked, id: 'i2', target: { ...target, pod: 'host' } });
    expect(refused.body).toMatchObject({ state: 'failed', steps: [{ state: 'impossible' }] });
  });

  describe('what two people must want', () => {
    const file = `${ALL}approval: { actions: [quarantine] }\n`;

    it('waits for another person than its author', async () => {
      await scene.start(file);
      expect((await scene.ask('', quarantine)).body.state).toBe('proposed');
      expect(await scene.ask('/q1/approve', {})).toMatchObject({
        status: 409,
        body: { error: { message: expect.stringMatching(/another person/) } },
      });
      expect(await scene.ask('/q1/approve', { by: 'eve' }, TOKENS.shared)).toMatchObject({ status: 409 });
      expect((await scene.ask('/q1/approve', {}, TOKENS.bob)).body).toMatchObject({ state: 'done', approvals: [{ by: 'bob' }] });
      expect(scene.states('q1')).toEqual(['proposed', 'approved', 'running', 'done']);
    });

    it('needs two who are known when nobody knows who asked', async () => {
      await scene.start(file);
      await scene.ask('', { ...quarantine, author: 'somebody' }, TOKENS.shared);
      expect((await scene.ask('/q1/approve', {}, TOKENS.bob)).body).toMatchObject({ state: 'proposed', approvals: [{ by: 'bob' }] });
      expect((await scene.ask('/q1/approve', {}, TOKENS.bob)).status).toBe(409);
      expect((await scene.ask('/q1/approve', {}, TOKENS.ana)).body.state).toBe('done');
    });

    it('can be rejected, and lapses', async () => {
      await scene.start(`${ALL}approval: { actions: [quarantine], wait: 1s }\n`);
      await scene.ask('', quarantine);
      expect((await scene.ask('/q1/reject', {}, TOKENS.bob)).body).toMatchObject({ state: 'rejected', endedBy: 'bob' });
      expect((await scene.ask('/q1/approve', {}, TOKENS.bob)).status).toBe(409);
      await scene.ask('', { ...quarantine, id: 'q2' });
      await eventually(() => expect(scene.states('q2')).toEqual(['proposed', 'expired']));
    });

    it('is not possible with tokens that have no names', async () => {
      await expect(scene.start(file, { apiTokens: TOKENS.shared })).rejects.toThrow(/needs 2 people/);
    });
  });

  describe('a receiver of alerts', () => {
    const now = () => new Date().toISOString();
    const routes = (settings: string) =>
      scene.file('routes.yaml', `route: { receiver: stop }\nreceivers: [{ name: stop, response: { ${settings} } }]\n`);
    const alertOf = (id: string, evidence: 'lineage' | 'audit' | 'ambiguous' = 'lineage', groups: string[] = []) => {
      const user = { username: 'jane', groups };
      const session = { id: 'session-1', kind: 'exec' as const, user };
      return anAlert({ time: now() }, { id, raisedAt: now(), cluster: 'prod', attribution: { evidence, session }, receivers: ['stop'] });
    };
    const automatic = `${ALL}automatic: { actions: [quarantine], per_hour: 2 }\n`;

    it('keeps the user of an alert out, once', async () => {
      await scene.start(automatic, { routesFile: routes(`action: quarantine, duration: 10m, reason: 'rule {{rule}}, {{user}}'`) });
      await scene.alert(alertOf('a1'));
      await eventually(() => expect(scene.deliveries.map(({ outcome }) => outcome)).toEqual(['delivered']));
      await scene.alert(alertOf('a2'));
      await eventually(() => expect(scene.deliveries).toHaveLength(2));
      const { body } = await scene.ask<{ items: Response[] }>('');
      expect(body.items).toMatchObject([
        {
          state: 'done',
          author: 'route stop',
          target: { user: 'jane', cluster: 'prod' },
          reason: 'rule Terminal shell in container, jane',
          alert: 'a1',
        },
      ]);
    });

    it.each<[string, string, ReturnType<typeof alertOf>, RegExp]>(
      [
        ['guesses', '', () => alertOf('a1', 'ambiguous'), /names no user/],
        ['weak evidence', '', () => alertOf('a1', 'audit'), /rests on "audit" only/],
        ['who is exempt', '', () => alertOf('a1', 'lineage', ['whoran:break-glass']), /exempt/],
      ].map(([name, more, alert, message]) => [name, more, (alert as () => ReturnType<typeof alertOf>)(), message] as never),
    )('leaves alone %s', async (_, more, alert, message) => {
      await scene.start(automatic, { routesFile: routes(`action: quarantine${more}`) });
      await scene.alert(alert);
      await eventually(() => expect(scene.deliveries).toMatchObject([{ outcome: 'refused', error: expect.stringMatching(message) }]));
      expect(scene.told).toEqual([]);
    });

    it('only says what it would do, if so wanted', async () => {
      await scene.start(automatic, { routesFile: routes('action: quarantine, dry_run: true') });
      await scene.alert(alertOf('a1'));
      await eventually(() => expect(scene.told.at(-1)).toMatchObject({ state: 'done', dryRun: true }));
    });

    it('asks a person when it would do too much in an hour', async () => {
      await scene.start(`${ALL}automatic: { actions: [quarantine], per_hour: 1 }\n`, { routesFile: routes('action: quarantine') });
      await scene.alert(alertOf('a1'));
      await eventually(() => expect(scene.deliveries).toHaveLength(1));
      const other = alertOf('a2');
      const session = { id: 's2', kind: 'exec' as const, user: { username: 'joe', groups: [] } };
      await scene.alert({ ...other, whoran: { ...other.whoran, attribution: { evidence: 'lineage', session } } });
      await eventually(() =>
        expect(scene.told.at(-1)).toMatchObject({ state: 'proposed', error: expect.stringMatching(/more than 1 automatic/) }),
      );
      const id = scene.told.at(-1)?.id ?? '';
      expect((await scene.ask(`/${id}/approve`, {})).body.state).toBe('done');
    });

    it.each<[string, string, string, RegExp]>([
      ['without a response file', '', 'action: quarantine', /responses are off/],
      ['that is not for routes', ALL, 'action: quarantine', /"quarantine" is not for routes/],
      ['with an unknown word', automatic, `action: quarantine, reason: '{{secret}}'`, /does not know \{\{secret\}\}/],
      ['with evidence that names nobody', automatic, 'action: quarantine, evidence: [none]', /names nobody/],
      ['of an unknown action', automatic, 'action: destroy', /must be one of/],
    ])('%s is refused at the start', async (_, file, settings, message) => {
      const config = { routesFile: routes(settings), ...(file === '' ? { responseFile: '' } : {}) };
      await expect(scene.start(file, config)).rejects.toThrow(message);
    });
  });
});
