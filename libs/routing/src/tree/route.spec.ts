import { describe, expect, it } from '@jest/globals';
import { anAlert } from '@whoran/testing';
import { routingOf } from '../spec-routing.ts';
import { receiversOf } from './route.ts';

describe('the route tree', () => {
  const tree = `
route:
  receiver: default
  routes:
    - { matchers: ['namespace="payments"'], receiver: audit, continue: true }
    - matchers: ['user=~".*@example.com"']
      receiver: people
      routes:
        - { matchers: ['user="jane@example.com"'], min_priority: error, receiver: pager }
        - { matchers: ['user="jane@example.com"'] }
    - { min_priority: critical, receiver: pager }
    - { matchers: ['rule="Never"', 'evidence="none"'], receiver: never }
    - { matchers: ['source="k8s_audit"'], receiver: default, continue: true }
`;
  const { root } = routingOf(tree);
  it.each([
    [
      'continue goes on, the deepest route wins and inherits its receiver',
      { output_fields: { 'k8s.ns.name': 'payments' } },
      {},
      ['audit', 'people'],
    ],
    ['a priority is a matcher', { priority: 'Error', output_fields: {} }, {}, ['pager']],
    [
      'the first match ends the search',
      { priority: 'Emergency', output_fields: {} },
      { attribution: { evidence: 'none' as const } },
      ['pager'],
    ],
    ['every matcher of a route must fit', { rule: 'Never' }, { attribution: { evidence: 'audit' as const } }, ['audit']],
    ['what fits nothing is for the root', { output_fields: {} }, { attribution: { evidence: 'none' as const } }, ['default']],
    [
      'each receiver is named once',
      { source: 'k8s_audit', output_fields: {} },
      { attribution: { evidence: 'none' as const } },
      ['default'],
    ],
  ])('%s', (_, event, whoran, receivers) => expect(receiversOf(root, anAlert(event, whoran))).toEqual(receivers));
});
