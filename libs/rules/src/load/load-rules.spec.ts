import { describe, expect, it } from '@jest/globals';
import { anyField, conditions, load, ruleText, told } from './spec-load.ts';

describe('rule files', () => {
  it.each([
    ['a list', '- list: shells\n  items: [bash, sh]\n', 'proc.name in (shells)', 'proc.name in (bash, sh)'],
    ['a list in a list', '- list: a\n  items: [x]\n- list: b\n  items: [a, y]\n', 'proc.name in (b, z)', 'proc.name in (x, y, z)'],
    ['an empty list', '- list: none\n  items: []\n', 'proc.name in (none, z)', 'proc.name in (z)'],
    ['an item with a blank', '- list: l\n  items: [a b]\n', 'proc.name in (l)', 'proc.name in ("a b")'],
    ['numbers and booleans in a list', '- list: l\n  items: [22, yes, 1.50]\n', 'fd.name in (l)', 'fd.name in (22, yes, 1.50)'],
    ['an appended list', '- list: l\n  items: [a]\n- list: l\n  items: [b]\n  override: {items: append}\n', 'a.b in (l)', 'a.b in (a, b)'],
    ['a macro', '- macro: m\n  condition: a.a = 1 or b.b = 2\n', 'm and c.c = 3', '((a.a = 1 or b.b = 2) and c.c = 3)'],
    ['a macro with a list', '- list: l\n  items: [x]\n- macro: m\n  condition: a.a in (l)\n', 'not m', 'not a.a in (x)'],
    ['a replaced macro', '- macro: m\n  condition: a.a = 1\n- macro: m\n  condition: b.b = 2\n', 'm', 'b.b = 2'],
    [
      'an appended macro',
      '- macro: m\n  condition: a.a = 1 or b.b = 2\n- macro: m\n  condition: and c.c = 3\n  append: true\n',
      'm',
      '(a.a = 1 or (b.b = 2 and c.c = 3))',
    ],
  ])('put %s into conditions', (_, definitions, condition, expected) => {
    const result = load([definitions + ruleText('r', condition)]);
    expect(conditions(result)).toEqual({ r: expected });
    expect(result.ok).toBe(true);
  });

  it('change rules of earlier files, which keep their places', () => {
    const local = [
      '- rule: one\n  condition: or b.b = 2\n  tags: [local]\n  override: {condition: append, tags: append}\n',
      '- rule: one\n  priority: critical\n  enabled: false\n  override: {priority: replace, enabled: replace}\n',
    ];
    const { rules } = load([ruleText('one', 'a.a = 1', 'tags: [shipped]') + ruleText('two', 'c.c = 3'), local.join('')]);
    expect(rules.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(rules[0]).toMatchObject({ priority: 'Critical', enabled: false, tags: ['local', 'shipped'], file: '1.yaml', line: 1 });
    expect(rules[0]?.conditionText).toBe('a.a = 1 or b.b = 2');
  });

  it('leave out what is not known where a rule asks for it', () => {
    const result = load([ruleText('r', 'no.such = 1', 'skip-if-unknown-filter: true') + ruleText('s', 'a.a = 1', 'source: other')]);
    expect(result).toMatchObject({ ok: true, rules: [] });
    expect(told(result).map((line) => line.split(' ')[0])).toEqual(['LOAD_UNKNOWN_SOURCE', 'LOAD_UNKNOWN_FILTER']);
  });

  it('are read whatever the words are', () => {
    const words = '- macro: constructor\n  condition: a.a in (__proto__)\n- list: __proto__\n  items: [toString]\n';
    expect(conditions(load([words + ruleText('__proto__', 'constructor')]))).toEqual(
      Object.fromEntries([['__proto__', 'a.a in (toString)']]),
    );
  });

  it('may need a version of the engine and plugins', () => {
    const needs = (version: string) =>
      `- required_engine_version: ${version}\n- required_plugin_versions: [{name: k8saudit, version: 0.7.0}]\n`;
    const plugins = [{ name: 'k8saudit', version: '0.6.9' }];
    expect(load([needs('63')])).toMatchObject({ ok: true, requiredEngineVersion: '0.63.0' });
    expect(told(load([needs('0.64.0')]))).toEqual([
      'LOAD_ERR_VALIDATE required_engine_version 0:2 Rules require engine version 0.64.0, but engine version is 0.63.0',
    ]);
    expect(load([needs('0.1.0')], { plugins })).toMatchObject({
      ok: false,
      pluginProblem: "Plugin 'k8saudit' version '0.6.9' is not compatible with required plugin version '0.7.0'",
    });
  });

  it('are told of fields that Falco does not send', () => {
    const sources = [{ name: 'syscall', catalog: anyField, sent: new Set(['proc.name', 'evt.type']) }];
    const result = load([ruleText('r', 'evt.type = open and proc.name = x and not proc.pname = y')], { sources });
    expect(told(result)).toEqual([expect.stringMatching(/^LOAD_FIELD_NOT_SENT rule 0:2 Falco does not send proc\.pname: /)]);
  });
});
