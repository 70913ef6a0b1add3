import { describe, expect, it } from '@jest/globals';
import { anAlert } from '@whoran/testing';
import { labelOf } from '../matchers/labels.ts';
import { parseMatcher, parseMatchers, printMatcher, printMatchers } from '../matchers/parse-matcher.ts';

const session = { id: 's-1', kind: 'debug-pod' as const, user: { username: 'jané', groups: ['sre', 'dev'] } };
const alert = anAlert(
  {
    rule: 'Shell',
    priority: 'Critical',
    tags: ['T1059', 'shell'],
    output_fields: {
      'proc.name': 'bash',
      'proc.cmdline': 'bash -c "echo hi"',
      'proc.pid': 42,
      'evt.rawtime': 1_700_000_000_000_000_001n,
      'proc.is_exe_upper_layer': true,
      'proc.aname[2]': 'sshd',
      'fd.names': ['a', 'b'],
      'container.name': 'api',
      'x.null': null,
    },
  },
  { attribution: { evidence: 'root', session } },
);

describe('matchers, as in Alertmanager', () => {
  it.each([
    ['rule="Shell"', true],
    ['rule=Shell', true],
    [' rule = "Shell" ', true],
    ['"rule"="Shell"', true],
    ['"proc.name"="bash"', true],
    ['proc.name=bash', true],
    ['proc.name=~"ba|zsh"', false],
    ['proc.name=~"bash|zsh"', true],
    ['proc.name=~".*sh"', true],
    ['proc.name=~"ba.*"', true],
    ['proc.name!~"ba.*"', false],
    ['proc.name!="zsh"', true],
    [String.raw`"proc.cmdline"="bash -c \"echo hi\""`, true],
    ['proc.pid="42"', true],
    ['evt.rawtime="1700000000000000001"', true],
    ['proc.is_exe_upper_layer=true', true],
    ['"proc.aname[2]"=sshd', true],
    ['fd.names=b', true],
    ['fd.names!=c', true],
    ['x.null=""', true],
    ['absent.field=""', true],
    ['absent.field!=""', false],
    ['absent.field=~".*"', true],
    ['user="jané"', true],
    ['groups=sre', true],
    ['groups!=dev', false],
    ['groups=~"d.v"', true],
    ['session="s-1"', true],
    ['kind=debug-pod', true],
    ['container=api', true],
    ['evidence=root', true],
    ['priority=critical', true],
    ['tags=shell', true],
    ['alertname=Shell', true],
  ])('%s: %s', (text, holds) => {
    const matcher = parseMatcher(text);
    expect(matcher.ok && matcher.value.matches(alert)).toBe(holds);
  });

  it.each([
    ['rule', 'is not a matcher'],
    ['rule="a" and user="b"', 'is not a matcher'],
    ['rule="a", user="b"', 'is not a matcher'],
    ["rule='a'", 'is not a matcher'],
    ['rule==~"a"', 'is not a matcher'],
    ['rule="a\nb"', 'is not a matcher'],
    ['"rule="a"', 'is not a matcher'],
    ['""="a"', 'matches on ""'],
    ['colour=red', 'matches on "colour", which is none of rule, priority,'],
    ['__proto__=x', 'matches on "__proto__"'],
    ['rule=~"["', 'that RE2 does not read'],
    ['rule=~"(?!x)y"', 'that RE2 does not read'],
    ['priority="Critical"', 'which it never is: it is one of emergency,'],
    ['evidence!="lineag"', 'which it never is'],
  ])('refuses %j', (text, message) => {
    const matcher = parseMatcher(text);
    expect(matcher.ok ? '' : matcher.error).toContain(message);
  });

  it.each([
    ['{rule="Shell",priority=critical}', 2],
    ['rule="Shell", "proc.name"=~"ba.*",', 2],
    ['{}', 0],
    ['', 0],
    ['{rule="a,b}"}', 1],
  ])('reads several in %s', (text, count) => {
    const matchers = parseMatchers(text);
    expect(matchers.ok && matchers.value.length).toBe(count);
  });
  it.each(['{rule="a"', 'rule=a user=b', 'rule=a,,user=b', ',', '{rule=a}{'])('refuses several in %j', (text) =>
    expect(parseMatchers(text).ok).toBe(false),
  );

  it('writes what it reads', () => {
    const text = String.raw`{rule="a \"b\" \\ c\n",proc.name=~"x",user!="",groups!~"y"}`;
    const matchers = parseMatchers(text);
    const printed = matchers.ok ? printMatchers(matchers.value) : '';
    expect(printed).toBe(String.raw`{rule="a \"b\" \\ c\n","proc.name"=~"x",user!="",groups!~"y"}`);
    const again = parseMatchers(printed);
    expect(again.ok && printMatchers(again.value)).toBe(printed);
    const one = parseMatcher('rule=a');
    expect(one.ok && printMatcher(one.value)).toBe('rule="a"');
  });

  it('shows a label of several values as one text', () => expect(labelOf(alert, 'groups')).toBe('sre, dev'));
});
