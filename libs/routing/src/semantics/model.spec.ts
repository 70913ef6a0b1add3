import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MatcherSpec } from '../matchers/matcher.ts';
import type { Silence } from '../silences/silence.ts';
import { routingOf } from '../spec-routing.ts';
import { alertOf } from './spec-cases.ts';
import { type Model, type ModelAlert, type ModelRoute, type ModelSilence, type ModelTold, runModel } from './spec-model.ts';
import { Timeline } from './spec-timeline.ts';

const UNTIL = 240;
const RULES = ['a', 'b', 'c'];
const NAMESPACES = ['n', 'm'];

const seconds = (max: number, min = 0) => fc.integer({ min, max });
const rules = fc.uniqueArray(fc.constantFrom(...RULES), { minLength: 1, maxLength: 2 });
const grouping = {
  groupBy: fc.uniqueArray(fc.constantFrom('rule' as const, 'namespace' as const, 'user' as const), { maxLength: 2 }),
  wait: fc.constantFrom(0, 3, 10, 30),
  interval: fc.constantFrom(1, 7, 20, 50),
  repeat: fc.constantFrom(1, 20, 45, 100),
};
const route: fc.Arbitrary<ModelRoute> = fc.record({ rules, receiver: fc.constantFrom('x', 'y'), continues: fc.boolean(), ...grouping });
const silence: fc.Arbitrary<ModelSilence> = fc
  .record(
    { rule: fc.constantFrom(...RULES), namespace: fc.constantFrom(...NAMESPACES), from: seconds(200), length: seconds(80, 1) },
    { requiredKeys: ['rule', 'from', 'length'] },
  )
  .map(({ length, ...rest }) => ({ ...rest, to: rest.from + length }));
const inhibition = fc.record({ sources: rules, targets: rules, sameNamespace: fc.boolean() });
const model: fc.Arbitrary<Model> = fc.record({
  routes: fc.array(route, { maxLength: 3 }),
  root: fc.record({ receiver: fc.constant('r'), ...grouping }),
  silences: fc.array(silence, { maxLength: 3 }),
  inhibitions: fc.array(inhibition, { maxLength: 2 }),
  resolve: fc.constantFrom(5, 20, 60),
});
const alert: fc.Arbitrary<ModelAlert> = fc.record({
  at: seconds(200),
  rule: fc.constantFrom(...RULES),
  namespace: fc.constantFrom(...NAMESPACES),
  user: fc.constantFrom('jane', 'joe'),
});
const alerts = fc.array(alert, { maxLength: 40, size: 'max' }).map((all) => all.toSorted((a, b) => a.at - b.at));

/** The same, through the routes file and the library. */
function runLibrary(given: Model, came: readonly ModelAlert[]): readonly ModelTold[] {
  const timeline = new Timeline(routingOf(fileOf(given)), given.silences.map(silenceOf));
  const arrivals = came.map(({ at, rule, namespace, user }) => ({ at: at * 1000, alert: alertOf(rule, { namespace, user }) }));
  return timeline.run(arrivals, UNTIL * 1000).map(({ at, receiver, reason, alerts: told }) => ({
    at: at / 1000,
    receiver,
    reason,
    alerts: told
      .map(
        ({ rule, output_fields, whoran }) =>
          `${rule}/${String(output_fields['k8s.ns.name'])}/${whoran.attribution.session?.user.username ?? ''}`,
      )
      .sort(),
  }));
}

function fileOf({ routes, root, inhibitions, resolve }: Model): string {
  const timers = ({ groupBy, wait, interval, repeat }: Model['root']) =>
    `group_by: [${groupBy.join(', ')}], group_wait: ${wait}s, group_interval: ${interval}s, repeat_interval: ${repeat}s`;
  const children = routes.map(
    (each) => `{ matchers: ['rule=~"${each.rules.join('|')}"'], receiver: ${each.receiver}, continue: ${each.continues}, ${timers(each)} }`,
  );
  const matcher = (names: readonly string[]) => `['rule=~"${names.join('|')}"']`;
  const inhibit = inhibitions.map(
    ({ sources, targets, sameNamespace }) =>
      `{ source_matchers: ${matcher(sources)}, target_matchers: ${matcher(targets)}, equal: [${sameNamespace ? 'namespace' : ''}] }`,
  );
  return `global: { resolve_timeout: ${resolve}s }
route: { receiver: ${root.receiver}, ${timers(root)}, routes: [${children.join(', ')}] }
inhibit_rules: [${inhibit.join(', ')}]`;
}

function silenceOf({ rule, namespace, from, to }: ModelSilence, index: number): Silence {
  const is = (name: string, value: string): MatcherSpec => ({ name, operator: '=', value });
  const matchers = [is('rule', rule), ...(namespace === undefined ? [] : [is('namespace', namespace)])];
  return { id: String(index), matchers, startsAt: from * 1000, endsAt: to * 1000, updatedAt: 0, createdBy: 'jane', comment: 'c' };
}

const inOrder = (told: readonly ModelTold[]) => told.map((each) => JSON.stringify(each)).sort();

describe('routing in virtual time', () => {
  it('tells what a plain model tells, and when', () => {
    let spoken = 0;
    const check = fc.property(model, alerts, (given, came) => {
      const expected = inOrder(runModel(given, came, UNTIL));
      spoken += expected.length;
      expect(inOrder(runLibrary(given, came))).toEqual(expected);
    });
    fc.assert(check, { numRuns: 150 });
    expect(spoken).toBeGreaterThan(400);
  });

  it('tells every alert in time, unless it goes on and was told of', () => {
    const check = fc.property(model, alerts, (given, came) => {
      const open = { ...given, routes: [], silences: [], inhibitions: [] };
      const told = runLibrary(open, came);
      const latest = Math.max(open.root.wait, open.root.interval);
      for (const { at, rule, namespace, user } of came) {
        if (at + latest > UNTIL) continue;
        const isOfIt = ({ alerts: names }: ModelTold) => names.includes(`${rule}/${namespace}/${user}`);
        const isTold = told.some((each) => isOfIt(each) && each.at >= at && each.at <= at + latest);
        const goesOn = told.some((each) => isOfIt(each) && each.at <= at);
        expect(isTold || goesOn).toBe(true);
      }
    });
    fc.assert(check, { numRuns: 80 });
  });

  it('repeats nothing before repeat_interval, and says nothing more often than group_interval', () => {
    const check = fc.property(model, alerts, (given, came) => {
      const open = { ...given, routes: [], silences: [], root: { ...given.root, groupBy: [] } };
      const told = runLibrary(open, came);
      for (const [index, each] of told.entries()) {
        const before = told[index - 1];
        if (before === undefined || each.reason === 'group') continue;
        expect(each.at - before.at).toBeGreaterThanOrEqual(each.reason === 'repeat' ? open.root.repeat : open.root.interval);
      }
    });
    fc.assert(check, { numRuns: 80 });
  });
});
