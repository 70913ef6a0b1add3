import { encodeJson } from '@whoran/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoints } from './endpoints.ts';
import { post } from './post.ts';

/** Somebody's exec as the API server sees it. */
export interface AuditedExec {
  readonly auditId: string;
  readonly user: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly requestedAt: string;
  /** What the webhook said; nothing when it did not answer. */
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

/** The name under which the webhook is registered. */
export const WEBHOOK_NAME = 'exec.whoran.dev';

const MOST_AT_ONCE = 400;
const EVERY = 500;
const PATIENCE = 15_000;
const RETRY_AFTER = 1000;

/** The audit backend of one API server: it posts batches and repeats one until it is taken. */
export class AuditLog {
  private queue: unknown[] = [];
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly cluster: string,
    private readonly endpoints: Endpoints,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** The API server switched protocols. */
  started(exec: AuditedExec): void {
    this.queue.push(eventOf(exec, 'RequestReceived', new Date().toISOString()), eventOf(exec, 'ResponseStarted', new Date().toISOString()));
  }

  /** The session is over. */
  ended(exec: AuditedExec): void {
    this.queue.push(eventOf(exec, 'ResponseComplete', new Date().toISOString()));
  }

  /** Resolves when everything was taken. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped || this.queue.length > 0) {
      if (this.queue.length === 0) {
        await sleep(EVERY);
        continue;
      }
      const items = this.queue.slice(0, MOST_AT_ONCE);
      this.queue = this.queue.slice(items.length);
      await this.deliver(encodeJson({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items }));
      if (!this.stopped) await sleep(EVERY);
    }
  }

  /** kube-apiserver gives up after five attempts, over a minute; here an outage is as long as the row says, so it goes on. */
  private async deliver(body: string): Promise<void> {
    for (;;) {
      const { dispatcher } = this.endpoints;
      const token = this.endpoints.ingestToken(this.cluster);
      const answer = await post({ url: this.endpoints.audit(this.cluster), body, token, dispatcher, patience: PATIENCE });
      if ('status' in answer && answer.status === 200) return;
      await sleep(RETRY_AFTER);
    }
  }
}

type Stage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete';

function eventOf(exec: AuditedExec, stage: Stage, stageTimestamp: string): unknown {
  const { auditId, user, namespace, pod, container, command, requestedAt, annotations } = exec;
  const query = [...command.map((word) => `command=${encodeURIComponent(word)}`), `container=${container}`, 'stdout=true', 'stderr=true'];
  return {
    level: 'Metadata',
    auditID: auditId,
    stage,
    requestURI: `/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query.join('&')}`,
    verb: 'get',
    user: { username: user, groups: ['sre', 'system:authenticated'] },
    sourceIPs: ['192.0.2.10'],
    userAgent: 'kubectl/v1.34.0',
    objectRef: { resource: 'pods', namespace, name: pod, apiVersion: 'v1', subresource: 'exec' },
    requestReceivedTimestamp: requestedAt,
    stageTimestamp,
    ...(stage === 'RequestReceived' ? {} : { responseStatus: { code: 101 }, annotations: annotationsOf(annotations) }),
  };
}

function annotationsOf(given: AuditedExec['annotations']): Readonly<Record<string, string>> {
  if (!given) return { 'failed-open.mutation.webhook.admission.k8s.io/round_0_index_0': WEBHOOK_NAME };
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [`${WEBHOOK_NAME}/${key}`, value]));
}
