import { describe, expect, it } from '@jest/globals';
import { err } from '@whoran/kernel';
import fc from 'fast-check';
import { NOON, auditEvent, valueIn } from '../spec-events.ts';
import { auditFields } from './audit-fields.ts';

const catalog = auditFields();
const pod = (spec: unknown): Record<string, unknown> => ({ requestObject: { spec } });

describe('the fields of audit events', () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    ['ka.verb', {}, 'create'],
    ['ka.verb', { verb: null }, 'null'],
    ['ka.verb', { auditID: undefined }, undefined],
    ['ka.response.code', { responseStatus: { code: 201 } }, '201'],
    ['ka.user.groups', { user: { groups: ['sre', 7, null] } }, ['sre', '7', 'null']],
    ['ka.user.groups', { user: { groups: 'sre' } }, undefined],
    ['ka.user.groups', { user: { groups: [] } }, undefined],
    ['ka.auth.decision', { annotations: { 'authorization.k8s.io/decision': 'allow' } }, 'allow'],
    ['ka.target.pod.name', { objectRef: { resource: 'pods' }, responseObject: { metadata: { name: 'api-0' } } }, 'api-0'],
    [
      'ka.target.pod.name',
      { objectRef: { resource: 'pods', subresource: 'exec' }, responseObject: { metadata: { name: 'x' } } },
      undefined,
    ],
    ['ka.req.configmap.obj', { requestObject: { data: { a: 'ü' } } }, '{"a":"ü"}'],
    ['ka.req.service.ports[3]', pod({ ports: [{ port: 80 }] }), ['[{"port":80}]']],
    ['ka.sourceips', { sourceIPs: ['10.0.0.1'] }, undefined],
    ['jevt.value[/sourceIPs/0]', { sourceIPs: ['10.0.0.1'] }, '10.0.0.1'],
    ['ka.uri.param[command]', { requestURI: '/x?command=sh&command=-c' }, 'sh'],
    ['evt.rawtime', {}, NOON],
    ['evt.time', {}, '12:00:00.012345678'],
    ['evt.time.iso8601', {}, '2026-02-03T12:00:00.012345678+0000'],
    ['evt.datetime.s', {}, '2026-02-03 12:00:00'],
    ['evt.source', {}, 'k8s_audit'],
    ['evt.hostname', {}, 'control-plane'],
    ['jevt.rawtime', {}, NOON.toString()],
  ])('%s of %j', (field, event, value) => expect(valueIn(catalog, field, auditEvent(event))).toEqual(value));

  const containers = [
    { name: 'api', image: 'registry.local:5000/api:1@sha256:00', command: ['sh', '-c'], ports: [{ containerPort: 80 }, { hostPort: 8 }] },
    { name: 'log', image: 'log', securityContext: { privileged: true, capabilities: { add: ['SYS_PTRACE'] } }, runAsUser: 7 },
  ];
  it.each<[string, unknown]>([
    ['name', ['api', 'log']],
    ['name[1]', ['log']],
    ['name[2]', undefined],
    ['image.repository', ['registry.local', 'log']],
    ['command', ['sh -c']],
    ['args', undefined],
    ['host_port', ['80', '8']],
    ['privileged', ['true']],
    ['privileged[0]', undefined],
    ['add_capabilities', ['["SYS_PTRACE"]']],
    ['eff_run_as_user', ['1', '7']],
    ['eff_run_as_group', ['0', '0']],
  ])('ka.req.pod.containers.%s', (field, value) => {
    const event = auditEvent(pod({ containers, initContainers: containers, runAsUser: 1 }));
    expect(valueIn(catalog, `ka.req.pod.containers.${field}`, event)).toEqual(value);
    expect(valueIn(catalog, `ka.req.pod.initContainers.${field}`, event)).toEqual(value);
  });

  it.each<[string, unknown, unknown]>([
    ['ka.req.pod.containers.image', [{ image: 'a' }, {}], undefined],
    ['ka.req.pod.containers.command', [{ command: ['a', 1] }], undefined],
    ['ka.req.pod.containers.image', { image: 'a' }, ['a']],
    ['ka.req.pod.containers.image[4]', { image: 'a' }, ['a']],
    ['ka.req.container.image', [{ image: 'a' }], 'a'],
    ['ka.req.container.privileged', [], 'false'],
    ['ka.req.container.privileged', [{ securityContext: { privileged: 'true' } }], 'false'],
    ['ka.req.container.privileged', [{}, { securityContext: { privileged: true } }], 'true'],
    ['ka.req.container.privileged', undefined, undefined],
  ])('%s of the containers %j', (field, list, value) =>
    expect(valueIn(catalog, field, auditEvent(pod({ containers: list })))).toEqual(value),
  );

  const volumes = [{ name: 'a', hostPath: { path: '/etc/ssl' } }, { name: 'b', secret: {}, x: 1 }, { flexVolume: { driver: 'd' } }];
  it.each<[string, unknown]>([
    ['ka.req.pod.volumes.hostpath', ['/etc/ssl']],
    ['ka.req.pod.volumes.hostpath[1]', undefined],
    ['ka.req.pod.volumes.volume_type', ['hostPath', 'secret', 'x', 'flexVolume']],
    ['ka.req.pod.volumes.flexvolume_driver', ['d']],
    ['ka.req.volume.hostpath[/etc]', 'false'],
    ['ka.req.volume.hostpath[/etc*]', 'true'],
  ])('%s of volumes', (field, value) => expect(valueIn(catalog, field, auditEvent(pod({ volumes })))).toEqual(value));

  const subjects = [{ kind: 'User', name: 'jane' }, { kind: 'ServiceAccount', name: 'bot', namespace: 'ci' }, { kind: 'User' }];
  const rules = [
    { verbs: ['get', '*'], resources: ['pods'] },
    { verbs: 'all', nonResourceURLs: ['/metrics'] },
  ];
  it.each<[string, unknown]>([
    ['ka.req.binding.subjects.user_names', ['jane']],
    ['ka.req.binding.subjects.serviceaccount_ns_names', ['ci:bot']],
    ['ka.req.binding.subjects.group_names', undefined],
    ['ka.req.binding.subject.has_name[nobody]', 'true'],
    ['ka.req.role.rules.verbs', ['get', '*']],
    ['ka.req.role.rules.verbs[1]', undefined],
    ['ka.req.role.rules.nonResourceURLs[1]', ['/metrics']],
  ])('%s of roles and bindings', (field, value) =>
    expect(valueIn(catalog, field, auditEvent({ requestObject: { subjects, rules } }))).toEqual(value),
  );

  it.each([
    ['ka.nope', undefined, 'filter_check called with nonexistent field ka.nope'],
    ['__proto__', undefined, 'filter_check called with nonexistent field __proto__'],
    ['proc.name', undefined, 'filter_check called with nonexistent field proc.name'],
    ['jevt.value', undefined, 'filter jevt.value jevt.value requires an argument but none provided'],
    ['ka.verb', 'x', 'filter ka.verb[x] ka.verb does not allow nor require an argument but one is provided: x'],
    ['ka.user.groups', '0', 'filter ka.user.groups[0] ka.user.groups does not allow nor require an argument but one is provided: 0'],
    ['ka.req.role.rules.verbs', 'a', /an invalid index argument not composed only by digits: a$/],
    ['ka.req.role.rules.verbs', '01', /an invalid index argument starting with 0: 01$/],
    ['jevt.value', '/a b', /malformed argument/],
  ])('%s with the argument %s is refused', (name, argument, error) =>
    expect(catalog.resolve(name, argument)).toEqual(err(typeof error === 'string' ? error : expect.stringMatching(error))),
  );

  it('can be read from any document without harm', () => {
    const fields = catalog.list().map(({ name, argumentRequired }) => (argumentRequired ? `${name}[__proto__]` : name));
    const keys = fc.constantFrom('requestObject', 'spec', 'containers', 'rules', 'subjects', 'volumes', 'user', '__proto__', 'constructor');
    const leaf = fc.constantFrom(null, true, 7, 12n ** 20n, '', 'x', [], {}, [[]], [null], [{}]);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(leaf, fc.dictionary(keys, tie('tree'), { maxKeys: 4 }), fc.array(tie('tree'), { maxLength: 3 })),
    }));
    fc.assert(
      fc.property(fc.dictionary(keys, tree), (document) => {
        const event = auditEvent(document);
        const wrong = fields.filter((field) => {
          const value = valueIn(catalog, field, event);
          return Array.isArray(value) ? value.length === 0 : typeof value === 'object';
        });
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('have an explanation each, and no name twice', () => {
    const names = catalog.list().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(catalog.list().filter(({ about }) => !/^[A-Z].*\.$/.test(about))).toEqual([]);
  });
});
