/** A process that asks a large routing about alerts, as the dispatcher does. */
import type { Alert } from '@whoran/contracts';
import { VirtualClock } from '@whoran/kernel';
import { type Routing, type Silence, indexSilences, inhibitionKeys, matchRoutes, readRoutesFile, silencedBy } from '@whoran/routing';
import { anAlert } from '@whoran/testing/builders';
import Type from 'typebox';

/** What the parent process asks for. */
export interface Measurement {
  readonly routes: number;
  readonly silences: number;
  readonly inhibitions: number;
  readonly seconds: number;
}

/** How many alerts a second of one core are asked about. */
export interface Speed {
  readonly name: string;
  readonly alertsPerSecond: number;
  readonly cpuMicrosPerAlert: number;
}

const NOW = 0;
const ALERTS = 1000;

process.on('message', (measurement: Measurement) => process.send?.(measure(measurement)));

function measure({ routes, silences, inhibitions, seconds }: Measurement): readonly Speed[] {
  const clock = new VirtualClock(NOW);
  const routing = routingOf(routes, inhibitions);
  const index = indexSilences(Array.from({ length: silences }, (_, number) => silenceOf(number)));
  const alerts = Array.from({ length: ALERTS }, (_, number) => alertOf(number));
  const matching = (alert: Alert) => matchRoutes(routing.root, alert).length;
  const silencing = (alert: Alert) => silencedBy(index, alert, clock.now()).length;
  const inhibiting = (alert: Alert) => inhibitionKeys(routing.inhibitRules, alert).asTarget.length;
  return [
    time(`${routes} routes`, { alerts, seconds, ask: matching }),
    time(`${silences} silences`, { alerts, seconds, ask: silencing }),
    time(`${inhibitions} inhibitions`, { alerts, seconds, ask: inhibiting }),
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

/** Seven of ten routes name a namespace, two a pattern of users, one a rule and a priority; one in ten goes on. */
function routingOf(routes: number, inhibitions: number): Routing {
  const children = Array.from({ length: routes }, (_, n) => {
    const matchers =
      n % 10 < 7
        ? [`namespace="team-${n}"`]
        : n % 10 < 9
          ? [`user=~"group-${n}-.*"`, 'cluster!=""']
          : [`rule="Rule ${n}"`, 'priority=~"critical|error"'];
    return { matchers, receiver: 'out', continue: n % 10 === 0 };
  });
  const inhibitRules = Array.from({ length: inhibitions }, (_, n) => ({
    source_matchers: [`rule="Source ${n}"`],
    target_matchers: [`rule=~"Rule ${n}.?"`],
    equal: ['cluster', 'namespace'],
  }));
  const file = { route: { receiver: 'out', routes: children }, inhibit_rules: inhibitRules, receivers: [{ name: 'out', stdout: {} }] };
  const read = readRoutesFile(JSON.stringify(file), [{ kind: 'stdout', schema: Type.Object({}) }]);
  if (!read.ok || read.value.issues.length > 0) throw new Error('the routing of the measurement cannot be read');
  return read.value.routing;
}

function silenceOf(number: number): Silence {
  const matchers =
    number % 2 === 0
      ? [{ name: 'namespace', operator: '=' as const, value: `quiet-${number}` }]
      : [
          { name: 'user', operator: '=~' as const, value: `robot-${number}-.*` },
          { name: 'cluster', operator: '=' as const, value: 'test' },
        ];
  const times = { startsAt: NOW - 1, endsAt: NOW + 1_000_000, updatedAt: NOW };
  return { id: `silence-${number}`, matchers, ...times, createdBy: 'bench', comment: 'measured' };
}

/** Half of the alerts fit a route that names their namespace; users are others again and again. */
function alertOf(number: number): Alert {
  const user = { username: `user-${number}@example.com`, groups: ['sre', `group-${number % 7}`] };
  return anAlert(
    {
      rule: `Rule ${number % 200}`,
      priority: 'Warning',
      output_fields: { 'k8s.ns.name': `team-${number * 2}`, 'k8s.pod.name': `api-${number}` },
    },
    { id: `alert-${number}`, attribution: { evidence: 'root', session: { id: `s-${number}`, kind: 'exec', user } } },
  );
}
