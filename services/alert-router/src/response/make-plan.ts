import { type Result, assertNever, err, isRetriable, ok } from '@whoran/kernel';
import {
  type KubeObject,
  type ObjectRef,
  type PlannedStep,
  type ResponseRecord,
  type ResponseSettings,
  planDisableCredentials,
  planEndSession,
  planIsolatePod,
  planQuarantine,
  serviceAccountOf,
} from '@whoran/response';
import type { ClusterApi } from './cluster/cluster-api.ts';
import { getObject, listObjects } from './cluster/cluster-objects.ts';

/** More steps than one response may list. */
const MAX_STEPS = 200;

/** What plans are made from. */
export interface PlanContext {
  readonly settings: ResponseSettings;
  readonly cluster: () => ClusterApi;
  readonly now: number;
}

/** Looks at the cluster and says what is to be done. Err: why nothing can be. Rejects with DependencyUnavailable. */
export async function makePlan(record: ResponseRecord, context: PlanContext): Promise<Result<readonly PlannedStep[], string>> {
  try {
    const plan = await planOf(record, context);
    if (!plan.ok || plan.value.length <= MAX_STEPS) return plan;
    return err(`it would take ${plan.value.length} steps, more than ${MAX_STEPS}: respond to something smaller`);
  } catch (error) {
    if (isRetriable(error)) throw error;
    return err(error instanceof Error ? error.message : String(error));
  }
}

async function planOf(record: ResponseRecord, { settings, cluster, now }: PlanContext): Promise<Result<readonly PlannedStep[], string>> {
  const { action, target, reason, author, id } = record.response;
  switch (action) {
    case 'quarantine':
      return ok(planQuarantine(target, { reason, author, ...(record.duration === undefined ? {} : { until: now + record.duration }) }));
    case 'end-session': {
      const pod = await getObject(cluster(), podOf(target));
      return pod.ok ? ok(planEndSession(target, pod.value, settings.endSession)) : pod;
    }
    case 'isolate-pod': {
      const pod = await getObject(cluster(), podOf(target));
      return pod.ok ? ok(planIsolatePod(target, pod.value, id)) : pod;
    }
    case 'disable-credentials':
      return planCredentials(record, cluster());
    default:
      return assertNever(action);
  }
}

async function planCredentials({ response: { target } }: ResponseRecord, api: ClusterApi): Promise<Result<readonly PlannedStep[], string>> {
  const account = target.user === undefined ? undefined : serviceAccountOf(target.user);
  const roleBindings = await listObjects(api, 'RoleBinding');
  if (!roleBindings.ok) return roleBindings;
  const clusterRoleBindings = await listObjects(api, 'ClusterRoleBinding');
  if (!clusterRoleBindings.ok) return clusterRoleBindings;
  // Metadata names the account; what is secret is not asked for.
  const none: Result<readonly KubeObject[], string> = ok([]);
  const tokenSecrets =
    account === undefined
      ? none
      : await listObjects(api, 'Secret', {
          namespace: account.namespace,
          fieldSelector: 'type=kubernetes.io/service-account-token',
          metadataOnly: true,
        });
  if (!tokenSecrets.ok) return tokenSecrets;
  return ok(
    planDisableCredentials(target, {
      roleBindings: roleBindings.value,
      clusterRoleBindings: clusterRoleBindings.value,
      tokenSecrets: tokenSecrets.value,
    }),
  );
}

function podOf({ namespace = '', pod = '' }: ResponseRecord['response']['target']): ObjectRef {
  return { apiVersion: 'v1', kind: 'Pod', namespace, name: pod };
}
