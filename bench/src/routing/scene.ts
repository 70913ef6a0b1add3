/** A large routing and alerts that are asked about: the same for every measurement. */
import type { Alert } from '@whoran/contracts';
import type { MatcherSpec } from '@whoran/routing';
import { anAlert } from '@whoran/testing/builders';

/** How large the routing is. */
export interface SceneSize {
  readonly routes: number;
  readonly silences: number;
  readonly inhibitions: number;
}

const ALERTS = 1000;

/**
 * A routes file, as JSON. Seven of ten routes name a namespace, two a pattern of users, one a rule and a priority; one in ten goes
 * on. `receiver` is how the one receiver is written.
 */
export function routesFileOf({ routes, inhibitions }: SceneSize, receiver: object): string {
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
  return JSON.stringify({
    route: { receiver: 'out', routes: children },
    inhibit_rules: inhibitRules,
    receivers: [{ name: 'out', ...receiver }],
  });
}

/** The matchers of each silence. None of them fits an alert. */
export function silencesOf({ silences }: SceneSize): readonly (readonly MatcherSpec[])[] {
  return Array.from({ length: silences }, (_, n) =>
    n % 2 === 0
      ? [{ name: 'namespace', operator: '=', value: `quiet-${n}` }]
      : [
          { name: 'user', operator: '=~', value: `robot-${n}-.*` },
          { name: 'cluster', operator: '=', value: 'test' },
        ],
  );
}

/** Half of the alerts fit a route that names their namespace; users are others again and again. */
export function sceneAlerts(): readonly Alert[] {
  return Array.from({ length: ALERTS }, (_, n) => {
    const user = { username: `user-${n}@example.com`, groups: ['sre', `group-${n % 7}`] };
    return anAlert(
      {
        rule: `Rule ${n % 200}`,
        priority: 'Warning',
        output_fields: { 'k8s.ns.name': `team-${n * 2}`, 'k8s.pod.name': `api-${n}` },
      },
      { id: `alert-${n}`, receivers: ['out'], attribution: { evidence: 'root', session: { id: `s-${n}`, kind: 'exec', user } } },
    );
  });
}
