/** A process that brings alerts through a whole alert-router to a bus that takes everything, or only reads the same alerts. */
import { type BatchHandler, Bus, type BusHealth, type Subscribed, type Subscription } from '@whoran/bus';
import { type Alert, type Topic, decode, encodeJson, topics } from '@whoran/contracts';
import { matcherBody } from '@whoran/routing';
import { startEmbeddedRouter } from './embedded-router.ts';
import { type SceneSize, sceneAlerts, silencesOf } from './scene.ts';

/** What the parent process asks for. */
export interface Dispatching extends SceneSize {
  readonly seconds: number;
  /** Without it there is no router: alerts are read and nothing is done with them. */
  readonly routesFile?: string;
}

/** What came of it. */
export interface Dispatched {
  readonly eventsPerSecond: number;
  readonly cpuMicrosPerEvent: number;
  /** Notifications for each alert. */
  readonly told: number;
}

/** Alerts that a partition gives at once. */
const BATCH = 500;
const HOUR = 3_600_000;

/** Takes what is published, counts the notifications, and gives the handler of the alerts away. */
class TakingBus extends Bus {
  notifications = 0;
  onAlerts: BatchHandler<Alert> = async () => undefined;

  override async publish<T>(topic: Topic<T>, events: readonly T[]): Promise<void> {
    if (topic.name === topics.notifications.name) this.notifications += events.length;
  }

  override async subscribe<T>({ topic, handle }: Subscription<T>): Promise<Subscribed> {
    if (topic.name === topics.alerts.name) this.onAlerts = handle as unknown as BatchHandler<Alert>;
    return { close: async () => undefined };
  }

  override health(): BusHealth {
    return { dead: undefined, away: undefined };
  }

  override async close(): Promise<void> {}
}

process.on('message', (dispatching: Dispatching) => void measure(dispatching).then((dispatched) => process.send?.(dispatched)));

async function measure({ seconds, routesFile, ...size }: Dispatching): Promise<Dispatched> {
  const bus = new TakingBus();
  if (routesFile !== undefined) await prepare(bus, routesFile, size);
  const texts = sceneAlerts().map((alert) => encodeJson(alert));
  // The first quarter warms up and does not count.
  await run(bus, texts, seconds / 4);
  const [began, before, told] = [performance.now(), process.cpuUsage(), bus.notifications];
  const alerts = await run(bus, texts, seconds);
  const { user, system } = process.cpuUsage(before);
  const micros = (user + system) / alerts;
  return {
    eventsPerSecond: Math.round((alerts * 1000) / (performance.now() - began)),
    cpuMicrosPerEvent: Math.round(micros * 100) / 100,
    told: (bus.notifications - told) / alerts,
  };
}

async function prepare(bus: TakingBus, routesFile: string, size: SceneSize): Promise<void> {
  const { url, authorization } = await startEmbeddedRouter(bus, routesFile);
  const times = { startsAt: new Date(Date.now() - HOUR).toISOString(), endsAt: new Date(Date.now() + HOUR).toISOString() };
  for (const matchers of silencesOf(size)) {
    const body = JSON.stringify({ matchers: matchers.map(matcherBody), ...times, createdBy: 'bench', comment: 'measured' });
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/v2/silences`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`a silence was refused: ${await answer.text()}`);
    await answer.body?.cancel();
  }
}

async function run(bus: TakingBus, texts: readonly string[], seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000;
  const context = { stopping: new AbortController().signal };
  let alerts = 0;
  for (let at = 0; performance.now() < until; at = (at + BATCH) % texts.length) {
    const batch = texts.slice(at, at + BATCH).map(read);
    await bus.onAlerts(batch, context);
    alerts += batch.length;
  }
  return alerts;
}

/** As a bus reads them. */
function read(text: string): Alert {
  const alert = decode(topics.alerts, text);
  if (!alert.ok) throw new Error('an alert of the measurement cannot be read');
  return alert.value;
}
