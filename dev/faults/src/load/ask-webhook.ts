import { encodeJson, parseJson } from '@whoran/contracts';
import type { Endpoints } from './endpoints.ts';
import { post } from './post.ts';

/** An exec that the API server asks the webhook about. */
export interface AskedExec {
  readonly uid: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}

/** What the webhook answered: the command to run, and what it says for the audit log. */
export interface WebhookAnswer {
  readonly command: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** `timeoutSeconds` of the webhook's configuration. */
const TIMEOUT = 5000;

/** Asks as the API server does. Nothing when there was no good answer: with failurePolicy Ignore the exec goes on as it is. */
export async function askWebhook(asked: AskedExec, endpoints: Endpoints): Promise<WebhookAnswer | undefined> {
  const { dispatcher } = endpoints;
  const answer = await post({ url: endpoints.webhook(asked.cluster), body: reviewOf(asked), dispatcher, patience: TIMEOUT });
  return 'status' in answer && answer.status === 200 ? readAnswer(answer.body) : undefined;
}

function reviewOf({ uid, user, namespace, pod, container, command }: AskedExec): string {
  const kind = { group: '', version: 'v1', kind: 'PodExecOptions' };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  return encodeJson({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind,
      resource,
      subResource: 'exec',
      requestKind: kind,
      requestResource: resource,
      requestSubResource: 'exec',
      name: pod,
      namespace,
      operation: 'CONNECT',
      userInfo: { username: user, groups: ['sre', 'system:authenticated'] },
      object: { kind: 'PodExecOptions', apiVersion: 'v1', stdout: true, stderr: true, container, command },
      oldObject: null,
      dryRun: false,
      options: null,
    },
  });
}

/** Reads a patch that replaces the command. */
export function readAnswer(body: string): WebhookAnswer | undefined {
  const review = parseJson(body);
  if (!review.ok) return undefined;
  const { response } = review.value as { readonly response?: { readonly patch?: unknown; readonly auditAnnotations?: unknown } };
  if (typeof response?.patch !== 'string') return undefined;
  const patch = parseJson(Buffer.from(response.patch, 'base64').toString());
  if (!patch.ok || !Array.isArray(patch.value)) return undefined;
  const [operation] = patch.value as readonly { readonly path?: unknown; readonly value?: unknown }[];
  if (operation?.path !== '/command' || !Array.isArray(operation.value)) return undefined;
  return { command: operation.value.map(String), annotations: (response.auditAnnotations ?? {}) as Record<string, string> };
}
