import { setTimeout as pause } from 'node:timers/promises';
import { AuditIngesterConfig, auditIngester } from '@whoran/audit-ingester';
import { FalcoIngesterConfig, falcoIngester } from '@whoran/falco-ingester';
import { type Logger, type Millis, VirtualClock, assertNever } from '@whoran/kernel';
import { LineageResolverConfig, Resolver, lineageResolver } from '@whoran/lineage-resolver';
import type { Bus } from '@whoran/bus';
import { Metrics, type Platform, type RunningService, startService } from '@whoran/service-kit';
import { WebhookMutatorConfig, webhookMutator } from '@whoran/webhook-mutator';
import { type Ground, type Idle, type OpenGround, inProcess } from './ground.ts';
import { RecordedAnswers } from './recorded-answers.ts';
import { RECORDED_CLUSTER, type Recording } from './recording.ts';
import type { Replayed } from './replay.ts';
import type { Input } from './schedule.ts';
import { type Workshop, openWorkshop } from './workshop.ts';

/** The services that attribute, on a virtual clock and a ground of their own. */
export interface Pipeline extends Replayed {
  readonly bus: Bus & Idle;
  /** Inputs that a service did not take, with its answer. */
  readonly refusals: readonly string[];
  stop(): Promise<void>;
}

/** What a pipeline is started with. */
export interface PipelineOptions {
  readonly now: Millis;
  readonly logger: Logger;
  readonly openGround?: OpenGround;
}

/** Starts webhook-mutator, audit-ingester, falco-ingester and lineage-resolver as they were at `now`, for one recording. */
export async function startPipeline(recording: Recording, options: PipelineOptions): Promise<Pipeline> {
  const clock = new VirtualClock(options.now);
  const ground = await (options.openGround ?? inProcess)(clock);
  const { bus, longestStep } = ground;
  const workshop = openWorkshop(recording.keys, options.now);
  const platform: Platform = { bus, clock, logger: options.logger };
  const started: RunningService[] = [];
  const stop = async () => {
    for (const service of started.toReversed()) await service.stop();
    workshop.remove();
    await ground.close();
  };
  try {
    const doors = await startDoors(recording, platform, { workshop, started });
    const refusals: string[] = [];
    let resolver = await startResolver({ workshop, ground }, platform);
    started.push({ ...resolver, stop: () => resolver.stop() });
    const restart = async () => {
      await resolver.stop();
      resolver = await startResolver({ workshop, ground }, platform);
    };
    const deliver = (input: Input) => (input.kind === 'restart' ? restart() : doors(input, refusals));
    const working = () => resolver.app.get(Resolver).idle();
    return { clock, bus, longestStep, working, refusals, deliver, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Post = Exclude<Input, { readonly kind: 'restart' }>;

/** Starts the services that take input, and returns what hands one to its service. */
async function startDoors(
  recording: Recording,
  platform: Platform,
  { workshop, started }: { readonly workshop: Workshop; readonly started: RunningService[] },
) {
  const answers = new Map(recording.reviews.map(({ uid, answer }) => [uid, answer]));
  const ingest = { port: 0, credentialsFile: workshop.credentialsFile };
  const webhookConfig = Object.assign(new WebhookMutatorConfig(), {
    cluster: RECORDED_CLUSTER,
    port: 0,
    keys: workshop.webhookKeys,
    allowUnauthenticated: true,
  });
  const webhook = await startService(webhookMutator, webhookConfig, { ...platform, bus: new RecordedAnswers(platform.bus, answers) });
  started.push(webhook);
  const audit = await startService(auditIngester, Object.assign(new AuditIngesterConfig(), ingest), platform);
  started.push(audit);
  const falco = await startService(falcoIngester, Object.assign(new FalcoIngesterConfig(), ingest), platform);
  started.push(falco);

  return async (input: Post, refusals: string[]): Promise<void> => {
    const { service, path, payload } = requestOf(input, { webhook, audit, falco });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${workshop.token}` };
    const { statusCode, body } = await service.app.inject({ method: 'POST', url: path, payload, headers });
    if (statusCode >= 300)
      refusals.push(
        `${service.name} answered ${statusCode} to ${input.kind} input of ${new Date(platform.clock.now()).toISOString()}: ${body}`,
      );
  };
}

function requestOf(input: Post, { webhook, audit, falco }: Readonly<Record<'webhook' | 'audit' | 'falco', RunningService>>) {
  switch (input.kind) {
    case 'review':
      return { service: webhook, path: '/mutate', payload: input.review.body };
    case 'audit':
      return { service: audit, path: `/clusters/${RECORDED_CLUSTER}/audit`, payload: input.list.body };
    case 'falco':
      return { service: falco, path: `/clusters/${RECORDED_CLUSTER}/falco`, payload: input.event.body };
    default:
      return assertNever(input);
  }
}

async function startResolver(
  { workshop, ground }: { readonly workshop: Workshop; readonly ground: Ground },
  platform: Platform,
): Promise<RunningService> {
  const redis = ground.redis && { redisUrl: ground.redis.url, redisPrefix: ground.redis.prefix };
  const config = Object.assign(new LineageResolverConfig(), { port: 0, keysDir: workshop.resolverKeys, ...redis });
  // Every start has metrics of its own, as a process that starts anew has.
  const service = await startService(lineageResolver, config, { ...platform, metrics: new Metrics(lineageResolver.name) });
  await untilReady(service);
  return service;
}

const READY_LIMIT: Millis = 10_000;

async function untilReady({ name, app }: RunningService): Promise<void> {
  for (const end = performance.now() + READY_LIMIT; ; await pause(20)) {
    const { statusCode, body } = await app.inject({ method: 'GET', url: '/readyz' });
    if (statusCode === 200) return;
    if (performance.now() > end) throw new Error(`${name} does not get ready: ${body}`);
  }
}
