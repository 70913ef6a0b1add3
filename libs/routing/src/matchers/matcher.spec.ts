import { describe, expect, it } from '@jest/globals';
import { anAlert } from '@whoran/testing';
import { parseMatcher } from './parse-matcher.ts';

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
    expect(matcher.ok && matcher.value.matches(alert)).toBe(result);
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
    expect(matcher.ok && matcher.value.matches(unnamed)).toBe(result);
  });
  it('reads escapes', () => {
    const matcher = parseMatcher(String.raw`rule="a \"b\" \\ c\nd"`);
    expect(matcher.ok && matcher.value.matches(anAlert({ rule: 'a "b" \\ c\nd' }))).toBe(true);
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
    expect(matcher.ok && matcher.value.matches(anAlert({ rule: 'a'.repeat(1024) }))).toBe(false);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
