import { clusterRole, rulesFor } from '@whoran/response';
import { AWKWARD, DEVELOPERS, RESPONDER, VISITOR } from './people.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** What the people of the test may do: RBAC for a namespace, and for looking at nodes. `name` is that of every object. */
export function accessObjects(name: string, namespace: string, robot: string): readonly object[] {
  const developers = [
    { kind: 'Group', name: DEVELOPERS, apiGroup: GROUP },
    { kind: 'User', name: AWKWARD.username, apiGroup: GROUP },
    { kind: 'ServiceAccount', name: robot, namespace },
  ];
  const visitors = [{ kind: 'User', name: VISITOR.username, apiGroup: GROUP }];
  const role = (kind: string, roleName: string, rules: readonly object[]) => ({
    apiVersion: `${GROUP}/v1`,
    kind,
    metadata: { name: roleName, ...(kind === 'Role' ? { namespace } : {}) },
    rules,
  });
  const binding = (kind: string, roleName: string, subjects: readonly object[]) => ({
    apiVersion: `${GROUP}/v1`,
    kind: `${kind}Binding`,
    metadata: { name: roleName, ...(kind === 'Role' ? { namespace } : {}) },
    roleRef: { apiGroup: GROUP, kind, name: roleName },
    subjects,
  });
  return [
    role('Role', name, [
      { apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list', 'watch', 'create', 'delete'] },
      // kubectl asks with get (WebSocket) and falls back to create (SPDY).
      { apiGroups: [''], resources: ['pods/exec', 'pods/attach', 'pods/portforward'], verbs: ['get', 'create'] },
      { apiGroups: [''], resources: ['pods/ephemeralcontainers'], verbs: ['get', 'patch', 'update'] },
    ]),
    binding('Role', name, developers),
    role('Role', `${name}-look`, [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }]),
    binding('Role', `${name}-look`, visitors),
    role('ClusterRole', name, [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list'] }]),
    binding('ClusterRole', name, developers),
  ];
}

/** What the alert router may do in the cluster: what `whoran response cluster-role` prints. */
export function responderObjects(name: string): readonly object[] {
  const rules = rulesFor(['quarantine', 'end-session', 'disable-credentials', 'isolate-pod'], { pods: 'evict' });
  return [
    clusterRole(name, rules),
    {
      apiVersion: `${GROUP}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name },
      subjects: [{ kind: 'User', name: RESPONDER.username, apiGroup: GROUP }],
    },
  ];
}
