/** A process that asks a large routing about alerts, as the dispatcher does, part by part. */
import type { Alert } from '@whoran/contracts';
import { VirtualClock } from '@whoran/kernel';
import { type Routing, type Silence, indexSilences, inhibitionKeys, matchRoutes, readRoutesFile, silencedBy } from '@whoran/routing';
import Type from 'typebox';
import { type SceneSize, routesFileOf, sceneAlerts, silencesOf } from './scene.ts';

/** What the parent process asks for. */
export interface Measurement extends SceneSize {
  readonly seconds: number;
}

/** How many alerts a second of one core are asked about. */
export interface Speed {
  readonly name: string;
  readonly alertsPerSecond: number;
  readonly cpuMicrosPerAlert: number;
}

const NOW = 0;

process.on('message', (measurement: Measurement) => process.send?.(measure(measurement)));

function measure({ seconds, ...size }: Measurement): readonly Speed[] {
  const clock = new VirtualClock(NOW);
  const routing = routingOf(size);
  const index = indexSilences(silencesOf(size).map(silenceOf));
  const alerts = sceneAlerts();
  const matching = (alert: Alert) => matchRoutes(routing.root, alert).length;
  const silencing = (alert: Alert) => silencedBy(index, alert, clock.now()).length;
  const inhibiting = (alert: Alert) => inhibitionKeys(routing.inhibitRules, alert).asTarget.length;
  return [
    time(`${size.routes} routes`, { alerts, seconds, ask: matching }),
    time(`${size.silences} silences`, { alerts, seconds, ask: silencing }),
    time(`${size.inhibitions} inhibitions`, { alerts, seconds, ask: inhibiting }),
    time('all three', { alerts, seconds, ask: (alert) => matching(alert) + silencing(alert) + inhibiting(alert) }),
  ];
}

interface Timing {
  readonly alerts: readonly Alert[];
  readonly seconds: number;
  readonly ask: (alert: Alert) => number;
}

/** The first quarter warms up and does not count. */
function time(name: string, { alerts, seconds, ask }: Timing): Speed {
  run({ alerts, ask, seconds: seconds / 4 });
  const [began, before] = [performance.now(), process.cpuUsage()];
  const asked = run({ alerts, ask, seconds });
  const { user, system } = process.cpuUsage(before);
  const alertsPerSecond = Math.round((asked * 1000) / (performance.now() - began));
  return { name, alertsPerSecond, cpuMicrosPerAlert: Math.round(((user + system) * 100) / asked) / 100 };
}

function run({ alerts, seconds, ask }: Timing): number {
  const until = performance.now() + seconds * 1000;
  let [asked, found] = [0, 0];
  while (performance.now() < until) {
    for (const alert of alerts) found += ask(alert);
    asked += alerts.length;
  }
  // What is not used might not be worked out.
  if (found < 0) throw new Error('fewer than none');
  return asked;
}

function routingOf(size: SceneSize): Routing {
  const read = readRoutesFile(routesFileOf(size, { stdout: {} }), [{ kind: 'stdout', schema: Type.Object({}) }]);
  if (!read.ok || read.value.issues.length > 0) throw new Error('the routing of the measurement cannot be read');
  return read.value.routing;
}

function silenceOf(matchers: Silence['matchers'], number: number): Silence {
  const times = { startsAt: NOW - 1, endsAt: NOW + 1_000_000, updatedAt: NOW };
  return { id: `silence-${number}`, matchers, ...times, createdBy: 'bench', comment: 'measured' };
}
