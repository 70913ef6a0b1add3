import type { ResponseAction } from '@whoran/contracts';
import { assertNever } from '@whoran/kernel';
import type { EndSessionSettings } from './response-settings.ts';

/** A rule of a ClusterRole. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const RBAC = 'rbac.authorization.k8s.io';

/** The rights that the actions need, and no others; none for a quarantine, which is no matter of the API server. */
export function rulesFor(actions: Iterable<ResponseAction>, endSession: Pick<EndSessionSettings, 'pods'>): readonly PolicyRule[] {
  const verbs = new Map<string, Set<string>>();
  for (const action of actions) {
    for (const { apiGroups, resources, verbs: needed } of rulesOf(action, endSession)) {
      for (const resource of resources) {
        const key = `${apiGroups[0] ?? ''}/${resource}`;
        verbs.set(key, new Set([...(verbs.get(key) ?? []), ...needed]));
      }
    }
  }
  return merged(verbs);
}

/** The ClusterRole of a router that responds, as an object for the API server. */
export function clusterRole(name: string, rules: readonly PolicyRule[]): object {
  return { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

function rulesOf(action: ResponseAction, { pods }: Pick<EndSessionSettings, 'pods'>): readonly PolicyRule[] {
  switch (action) {
    case 'quarantine':
      return [];
    case 'end-session':
      // Pods for debugging are always deleted: evicting them is no gentler.
      return [rule('', ['pods'], ['get', 'delete']), ...(pods === 'evict' ? [rule('', ['pods/eviction'], ['create'])] : [])];
    case 'disable-credentials':
      return [
        rule(RBAC, ['rolebindings', 'clusterrolebindings'], ['get', 'list', 'update', 'create']),
        // Whoever changes a binding must have its rights or this: also to take somebody out of it, and to put them back.
        rule(RBAC, ['roles', 'clusterroles'], ['bind']),
        rule('', ['secrets'], ['list', 'delete', 'create']),
      ];
    case 'isolate-pod':
      return [rule('', ['pods'], ['get', 'patch']), rule('networking.k8s.io', ['networkpolicies'], ['create', 'delete'])];
    default:
      return assertNever(action);
  }
}

function rule(group: string, resources: readonly string[], verbs: readonly string[]): PolicyRule {
  return { apiGroups: [group], resources, verbs };
}

/** Resources of one group with the same verbs share a rule. */
function merged(verbs: ReadonlyMap<string, ReadonlySet<string>>): readonly PolicyRule[] {
  const rules = new Map<string, { group: string; resources: string[]; verbs: string[] }>();
  for (const [key, needed] of verbs) {
    const slash = key.indexOf('/');
    const [group, resource] = [key.slice(0, slash), key.slice(slash + 1)];
    const same = `${group} ${[...needed].join()}`;
    const known = rules.get(same) ?? { group, resources: [], verbs: [...needed] };
    rules.set(same, { ...known, resources: [...known.resources, resource] });
  }
  return [...rules.values()].map(({ group, resources, verbs: needed }) => rule(group, resources, needed));
}
