import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KafkaBus, applyTopics, planTopics } from '@whoran/bus-kafka';
import { SilentLogger } from '@whoran/kernel';
import { SystemClock } from '@whoran/service-kit';
import { sharedKafkaBrokers } from '@whoran/testing';
import { type RouterProcess, startRouter } from './router-process.ts';

const options = {
  brokers: sharedKafkaBrokers(),
  clientId: 'spec',
  topicPrefix: `spec-${randomUUID()}.`,
  compression: 'none' as const,
  clock: new SystemClock(),
  logger: new SilentLogger(),
};

/** Resolves after so many milliseconds. */
export const sleep = (time: number) => new Promise<void>((resolve) => setTimeout(resolve, time));

/** Routers that run as processes of their own, on topics that only one spec file uses. */
export class KafkaScene {
  private routers: RouterProcess[] = [];
  private folder = '';

  private constructor(
    readonly bus: KafkaBus,
    private readonly whatHappened: () => readonly string[],
  ) {}

  /** Makes the topics. `whatHappened` explains what is waited for in vain, beside what the routers logged. */
  static async open(whatHappened: () => readonly string[] = () => []): Promise<KafkaScene> {
    await applyTopics(options, planTopics({ prefix: options.topicPrefix, partitions: 4, replication: 1 }));
    return new KafkaScene(await KafkaBus.connect(options), whatHappened);
  }

  close(): Promise<void> {
    return this.bus.close();
  }

  /** Begins one spec. */
  begin(): void {
    this.routers = [];
    this.folder = mkdtempSync(join(tmpdir(), 'alert-router-'));
  }

  /** Ends one spec: kills its routers and removes its files. */
  async end(): Promise<void> {
    await Promise.all(this.routers.map((router) => router.kill()));
    rmSync(this.folder, { recursive: true });
  }

  /** Writes the file of routes that the routers of this spec read. */
  writeRoutes(routes: string): string {
    const path = join(this.folder, 'routes.yaml');
    writeFileSync(path, routes);
    return path;
  }

  /** Starts a router on these routes; resolves when it is ready. */
  async start(routes: string, settings: Readonly<Record<string, string>>): Promise<RouterProcess> {
    const router = await startRouter({
      WHORAN_KAFKA_BROKERS: options.brokers.join(','),
      WHORAN_KAFKA_TOPIC_PREFIX: options.topicPrefix,
      WHORAN_ROUTER_ROUTES_FILE: this.writeRoutes(routes),
      ...settings,
    });
    this.routers.push(router);
    return router;
  }

  /** Waits until something is so; rejects with what happened if it is not within `limit` milliseconds. */
  async until(what: string, condition: () => boolean, limit = 90_000): Promise<void> {
    const end = performance.now() + limit;
    while (!condition()) {
      if (performance.now() > end) {
        const lines = [...this.whatHappened(), ...this.routers.map((router) => router.log())];
        throw new Error([`not within ${limit / 1000} s: ${what}`, ...lines].join('\n'));
      }
      await sleep(20);
    }
  }
}
