import type { BenchKafka } from '../servers.ts';
import { startService } from '../service.ts';
import { type Worker, startWorker } from '../worker.ts';
import { postEvents } from './post.ts';
import type { Publishing } from './publish.ts';
import type { Asked, Taken } from './receiver.ts';
import type { EmbeddedRouter } from './router.ts';
import { withRoutesFile } from './routes-file.ts';
import { startSidekick } from './sidekick.ts';

/** What is delivered: so many alerts to a receiver that takes so many milliseconds for each, and so many at once. */
export interface Load {
  readonly alerts: number;
  readonly delay: number;
  readonly concurrency: number;
}

/** What one way of delivering came to. */
export interface Delivered {
  readonly name: string;
  readonly delay: number;
  /** What the receiver took a second, after the first fifth. */
  readonly perSecond: number;
  readonly delivered: number;
  readonly asked: number;
}

/** Nothing for so long, in milliseconds, means that no more comes. */
const QUIET = 10_000;
const EVERY = 200;
/** What of the alerts comes before anything is timed. */
const WARM_UP = 0.2;

/** Falco's events, posted to a process with an alert-router on a bus in memory. */
export async function deliverEmbedded(load: Load): Promise<Delivered> {
  return await toReceiver('alert-router in memory', load, async (url, receive) => {
    const router = startWorker<EmbeddedRouter, string>('./routing/router.ts');
    try {
      return await withRoutesFile(routesTo('out', url, load), async (routesFile) => {
        await postEvents(await router.ask({ routesFile }), load.alerts);
        return await receive();
      });
    } finally {
      await router.stop();
    }
  });
}

/** The same events, posted to falcosidekick with the same receiver as its webhook. */
export async function deliverBySidekick(program: string, load: Load): Promise<Delivered> {
  return await toReceiver('falcosidekick', load, async (url, receive) => {
    const sidekick = await startSidekick(program, { url, concurrency: load.concurrency });
    try {
      await postEvents(sidekick.url, load.alerts);
      return await receive();
    } finally {
      await sidekick.stop();
    }
  });
}

/** As many events on Kafka, from where the service of its own delivers them. */
export async function deliverOnKafka(kafka: BenchKafka, load: Load): Promise<Delivered> {
  return await toReceiver('alert-router on Kafka', load, async (url, receive) => {
    const publisher = startWorker<Publishing, unknown>('./routing/publish.ts');
    // A receiver's name is its place on the topic: each measurement begins anew.
    const word = `bench-${load.delay}`;
    try {
      return await withRoutesFile(routesTo(word, url, load), async (routes) => {
        const router = await startService('alert-router', 'WHORAN_ROUTER_PORT', {
          WHORAN_KAFKA_BROKERS: kafka.brokers.join(','),
          WHORAN_KAFKA_TOPIC_PREFIX: kafka.prefix,
          WHORAN_ROUTER_ROUTES_FILE: routes,
        });
        await publisher.ask({ brokers: kafka.brokers, prefix: kafka.prefix, word, events: load.alerts });
        const taken = await receive();
        await router.stop();
        return taken;
      });
    } finally {
      await publisher.stop();
    }
  });
}

async function toReceiver(
  name: string,
  { alerts, delay }: Load,
  deliver: (url: string, receive: () => Promise<Taken>) => Promise<Taken>,
): Promise<Delivered> {
  const receiver = startWorker<Asked, Taken>('./routing/receiver.ts');
  try {
    const { url } = await receiver.ask({ delay, warmUp: Math.ceil(alerts * WARM_UP) });
    const { timed, span, requests } = await deliver(url, () => untilQuiet(receiver, alerts));
    return { name, delay, perSecond: timed === 0 ? 0 : Math.round((timed * 1000) / span), delivered: requests, asked: alerts };
  } finally {
    await receiver.stop();
  }
}

async function untilQuiet(receiver: Worker<Asked, Taken>, alerts: number): Promise<Taken> {
  let taken = await receiver.ask({ wait: EVERY });
  for (let quiet = 0; taken.requests < alerts && quiet < QUIET;) {
    const next = await receiver.ask({ wait: EVERY });
    quiet = next.requests === taken.requests ? quiet + EVERY : 0;
    taken = next;
  }
  return taken;
}

function routesTo(name: string, url: string, { concurrency }: Load): string {
  const queue = { concurrency, size: 100_000 };
  return JSON.stringify({ route: { receiver: name }, receivers: [{ name, queue, falcosidekick: { url } }] });
}
