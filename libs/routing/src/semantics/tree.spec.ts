import { describe, expect, it } from '@jest/globals';
import { issuesOf, routingOf } from '../spec-routing.ts';
import { matchRoutes } from '../tree/route.ts';
import { traceRoutes } from '../explain/trace-routes.ts';
import type { TriedRoute } from '../explain/trace-routes.ts';
import { alertOf } from './spec-cases.ts';

const TREE = `
route:
  receiver: default
  routes:
    - { matchers: [namespace=prod], receiver: prod, continue: true }
    - matchers: [rule=~"db.*"]
      receiver: db
      routes:
        - { matchers: [rule="db down"], receiver: pager }
        - { matchers: [rule="db slow"], continue: true }
        - { matchers: [rule=~"db s.*"], receiver: later }
    - { matchers: [rule="db down"], receiver: never }
    - { matchers: [rule=last] }
    - { matchers: [rule=~"la.*"], continue: true, receiver: lax }
`;

describe('the tree, as in Alertmanager', () => {
  const { root } = routingOf(TREE);
  it.each([
    ['what matches nothing is for the root', 'x', 'test', ['default']],
    ['the deepest that matches wins', 'db down', 'test', ['pager']],
    ['what matches no child is for the parent', 'db up', 'test', ['db']],
    ['a match ends the search among its siblings', 'db down', 'test', ['pager']],
    ['continue goes on among the siblings', 'db down', 'prod', ['prod', 'pager']],
    ['continue goes on below, too', 'db slow', 'test', ['db', 'later']],
    ['a receiver is inherited', 'last', 'test', ['default']],
    ['continue of a last route changes nothing', 'lax', 'test', ['lax']],
    ['continue and nothing else', 'x', 'prod', ['prod']],
  ])('%s', (_, rule, namespace, receivers) => {
    const alert = alertOf(rule, { namespace });
    expect(matchRoutes(root, alert).map(({ receiver }) => receiver)).toEqual(receivers);
    expect(endsOf(traceRoutes(root, alert))).toEqual(receivers);
  });

  it('an index over many siblings changes nothing', () => {
    const many = (first: number, last: number) =>
      Array.from(
        { length: last - first },
        (_, index) => `{ matchers: [rule="r${first + index}"], receiver: a${(first + index) % 7}, continue: ${(first + index) % 3 === 0} }`,
      );
    const catchers = ['{ matchers: [rule=~"r1.*"], receiver: b, continue: true }', '{ matchers: [rule!=r5], receiver: c }'];
    const text = `route: { receiver: d, routes: [${[...many(0, 20), catchers[0], ...many(10, 30), catchers[1], ...many(0, 40)].join(', ')}] }`;
    const tree = routingOf(text).root;
    for (let number = 0; number < 45; number += 1) {
      const alert = alertOf(`r${number}`);
      expect(matchRoutes(tree, alert).map(({ receiver }) => receiver)).toEqual(endsOf(traceRoutes(tree, alert)));
    }
  });

  it.each([
    ['matchers', 'matchers: [rule=x]'],
    ['continue', 'continue: true'],
    ['mute_time_intervals', 'mute_time_intervals: [x]'],
    ['active_time_intervals', 'active_time_intervals: [x]'],
  ])('the root takes no %s', (setting, text) =>
    expect(issuesOf(`route: { receiver: r, ${text} }`)).toEqual([expect.stringMatching(`^/route/${setting}: is not a setting here`)]),
  );

  it.each([
    ['group_by: [rule, rule]', '/route/routes/0/group_by/1: has "rule" twice'],
    ["group_by: ['...', rule]", '/route/routes/0/group_by: has "...", which stands for every label, beside other names'],
    ['group_interval: 0s', '/route/routes/0/group_interval: must be longer than 0s'],
    ['repeat_interval: 0m', '/route/routes/0/repeat_interval: must be longer than 0s'],
    ['mute_time_intervals: [x]', '/route/routes/0/mute_time_intervals/0: names "x", which time_intervals does not have'],
    ['receiver: !!str nobody', '/route/routes/0/receiver: names the receiver "nobody", which receivers does not have'],
    ['group_wait: 5', '/route/routes/0/group_wait: must be string'],
    ['group_wait: 5 minutes', '/route/routes/0/group_wait: must match pattern'],
  ])('refuses %s', (text, message) =>
    expect(issuesOf(`route: { receiver: r, routes: [{ ${text} }] }`)).toEqual([expect.stringContaining(message)]),
  );

  it.each([
    ['route', 'route: { receiver: r, routes: [{ match: { rule: x } }] }', `write matchers: ['name="value"']`],
    ['route', 'route: { receiver: r, routes: [{ match_re: { rule: x } }] }', `write matchers: ['name=~"expression"']`],
    ['inhibition', rules('source_match: {}'), `write source_matchers: ['name="value"']`],
    ['inhibition', rules('target_match_re: {}'), `write target_matchers: ['name=~"expression"']`],
    ['file', 'route: { receiver: r }\nmute_time_intervals: []', 'write time_intervals'],
  ])('the old form of a %s is refused with what to write', (_, text, instead) =>
    expect(issuesOf(text)).toEqual([expect.stringContaining(`is Alertmanager's old form: ${instead}`)]),
  );

  it('routes have ids of their own, which say what they ask', () => {
    const tree = routingOf(
      'route: { receiver: r, routes: [{ matchers: [rule=a], min_priority: error, routes: [{ matchers: ["user=~b"] }] }, { matchers: [rule=a] }, { matchers: [rule=a] }] }',
    ).root;
    expect(tree.routes.flatMap((route) => [route.id, ...route.routes.map(({ id }) => id)])).toEqual([
      '{}/{rule="a"}>=error',
      '{}/{rule="a"}>=error/{user=~"b"}',
      '{}/{rule="a"}',
      '{}/{rule="a"}#/route/routes/2',
    ]);
    const long = routingOf(
      `route: { receiver: r, routes: [${[1, 2].map((number) => `{ matchers: ['rule="${'x'.repeat(3000)}${number}"'] }`).join(', ')}] }`,
    ).root;
    expect(new Set(long.routes.map(({ id }) => id)).size).toBe(2);
    expect(Math.max(...long.routes.map(({ id }) => id.length))).toBeLessThanOrEqual(1024);
  });
});

function rules(text: string): string {
  return `route: { receiver: r }\ninhibit_rules: [{ source_matchers: [rule=a], target_matchers: [rule=b], ${text} }]`;
}

function endsOf(step: TriedRoute): readonly string[] {
  return step.isEnd ? [step.route.receiver] : step.tried.flatMap((each) => (each.matched ? endsOf(each) : []));
}
