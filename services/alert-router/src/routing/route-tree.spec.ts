import { describe, expect, it } from '@jest/globals';
import { VirtualClock, err } from '@whoran/kernel';
import { anAlert } from '@whoran/testing';
import { loadRouting } from './load-routing.ts';
import { parseMatcher } from './matcher.ts';
import { receiversOf } from './route-tree.ts';

const alert = anAlert({
  rule: 'Terminal shell in container',
  priority: 'Warning',
  source: 'syscall',
  tags: ['container', 'T1059'],
  output_fields: { 'k8s.ns.name': 'payments', 'k8s.pod.name': 'api-0\nx', 'container.image.repository': 'docker.io/library/debian' },
});
const unnamed = anAlert({ tags: [], output_fields: {} }, { attribution: { evidence: 'none', reason: 'probe' } });

describe('a matcher', () => {
  it.each([
    ['rule="Terminal shell in container"', true],
    ['rule="Terminal shell"', false],
    ['rule=~"Terminal"', false],
    ['rule=~"Terminal.*"', true],
    ['rule!~"Terminal.*"', false],
    ['priority=warning', true],
    ['priority=~"critical|warning"', true],
    ['source!="syscall"', false],
    ['tags="T1059"', true],
    ['tags=~"T10.."', true],
    ['tags!="T1059"', false],
    ['tags!~"T2.*"', true],
    ['cluster=test', true],
    [' namespace = "payments" ', true],
    ['pod=~"api-0.*"', true],
    ['image=~".*/debian"', true],
    ['user="jane@example.com"', true],
    ['user=""', false],
    ['evidence=~"root|lineage"', true],
  ])('%s: %s', (text, result) => {
    const matcher = parseMatcher(text);
    expect(matcher.ok && matcher.value(alert)).toBe(result);
  });
  it.each([
    ['user=""', true],
    ['user=', true],
    ['user!=""', false],
    ['user=~".+"', false],
    ['tags=""', true],
    ['tags!="x"', true],
    ['pod=""', true],
  ])('without a value, %s: %s', (text, result) => {
    const matcher = parseMatcher(text);
    expect(matcher.ok && matcher.value(unnamed)).toBe(result);
  });
  it('reads escapes', () => {
    const matcher = parseMatcher(String.raw`rule="a \"b\" \\ c\nd"`);
    expect(matcher.ok && matcher.value(anAlert({ rule: 'a "b" \\ c\nd' }))).toBe(true);
  });
  it.each([
    '',
    'rule',
    'rule==x',
    'rule=a b',
    'rule="a',
    'rule=~"("',
    'rule=~"(?=x)"',
    'colour="red"',
    'toString="x"',
    '="x"',
    'rule="a\\x"',
  ])('refuses %s', (text) => expect(parseMatcher(text).ok).toBe(false));
  it('takes linear time for any expression', () => {
    const matcher = parseMatcher('rule=~"(a+)+b"');
    const began = performance.now();
    expect(matcher.ok && matcher.value(anAlert({ rule: 'a'.repeat(1024) }))).toBe(false);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

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
receivers: [${['default', 'audit', 'people', 'pager', 'never'].map((name) => `{ name: ${name}, stdout: {} }`).join(', ')}]
`;
  const loaded = loadRouting(tree, { stdout: undefined as never, clock: new VirtualClock(), readFile: () => err('none') });
  const root = loaded.ok ? loaded.value.root : undefined;
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
  ])('%s', (_, event, whoran, receivers) => expect(root && receiversOf(root, anAlert(event, whoran))).toEqual(receivers));
});
