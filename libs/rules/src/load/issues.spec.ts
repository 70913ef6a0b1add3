import { describe, expect, it } from '@jest/globals';
import { issuesOf, load, ruleText, told } from './spec-load.ts';

describe('issues of rule files', () => {
  it.each([
    ['- foo\n', 'LOAD_ERR_YAML_VALIDATE rules content item 0:2 Unexpected element type.'],
    ['foo\n', 'LOAD_ERR_YAML_VALIDATE rules content 0:0 Rules content is not yaml'],
    ['a: b\n', 'LOAD_ERR_YAML_VALIDATE rules content 0:0 Rules content is not yaml array of objects'],
    ['- list: l\n  items: [a]\nrule: r\n', 'LOAD_ERR_YAML_VALIDATE rules content 0:0 Rules content is not yaml array of objects'],
    ['- list: l\n  items: [a]\nrule\n', 'LOAD_ERR_YAML_VALIDATE rules content 0:0 Rules content is not yaml'],
    ['- list: l\n', "LOAD_ERR_YAML_VALIDATE list 0:2 Item has no mapping for key 'items'"],
    ['- list: l\n  items: x\n', 'LOAD_ERR_YAML_VALIDATE value for 1:9 Value is not a sequence'],
    ['- list: l\n  items: [a, {b: c}]\n', 'LOAD_ERR_YAML_VALIDATE list item 1:13 sequence value is not scalar'],
    ['- list:\n  items: [a]\n', "LOAD_ERR_YAML_VALIDATE list 0:2 Mapping for key 'list' is empty"],
    ['- macro: m\n  condition: ""\n', 'LOAD_ERR_YAML_VALIDATE value for 1:13 Value must be non-empty'],
    ['- rule: r\n  enabled: 1\n', "LOAD_ERR_YAML_VALIDATE value for 1:11 Can't decode YAML scalar value"],
    ['- rule: r\n  append: true\n', 'LOAD_ERR_VALIDATE rule 0:2 Rule uses'],
    ['- rule: r\n  override: {desc: append}\n', "LOAD_ERR_YAML_VALIDATE rule 0:2 An append override for 'desc' was specified"],
    ['- rule: r\n  override: {source: replace}\n', "LOAD_ERR_YAML_VALIDATE overrides 1:13 Key 'source' cannot be replaced"],
    ['- required_engine_version: 0.x\n', "LOAD_ERR_YAML_VALIDATE required_engine_version 0:2 Unable to parse engine version '0.x'"],
    ['- macro: m\n  condition: n\n', "LOAD_ERR_VALIDATE condition expression 1:3 Undefined macro 'n' used in filter."],
    ['- macro: m\n  condition: a.a = 1 b\n', "LOAD_ERR_COMPILE_CONDITION condition expression 2:22 unexpected token after '1'"],
    [ruleText('r', 'a.a = 1 and no.such = 2'), 'LOAD_ERR_COMPILE_CONDITION condition expression 3:26 filter_check called with nonexistent'],
    [ruleText('r', 'a.a = 1').replace('output: o', 'output: x %no.such'), 'LOAD_ERR_COMPILE_OUTPUT rule output 3:10 unknown filter: '],
    [ruleText('r', 'a.a = 1').replace('NOTICE', 'LOUD'), 'LOAD_ERR_YAML_VALIDATE rule priority 4:12 Invalid priority'],
    ['- rule: r\n  desc: a: b\n', 'LOAD_ERR_YAML_PARSE value for 1:9 yaml-cpp: error at line 2, column 10: illegal map value'],
    ['- rule: r\n\tdesc: x\n', 'LOAD_ERR_YAML_PARSE value for 1:0 yaml-cpp: error at line 2, column 1: illegal tab when looking'],
  ])('say of %j: %s', (text, expected) => {
    const errors = told(load([text])).filter((line) => line.startsWith('LOAD_ERR_'));
    expect(errors).toEqual([expect.stringContaining(expected)]);
  });

  it('show the line and mark the place, however long the line is', () => {
    const long = `- list: ${'n'.repeat(100)}\n  items: [${'x'.repeat(30)}, [], ${'y'.repeat(200)}]\n`;
    const [issue] = issuesOf(load([long]));
    const [line = '', marker = ''] = (issue?.snippet ?? '').split('\n');
    expect(line.startsWith('  items: [xxx')).toBe(true);
    expect(line.endsWith('yyy...')).toBe(true);
    expect(line.charAt(marker.indexOf('^'))).toBe('[');
  });

  it('count bytes, and what is put into a condition', () => {
    const [issue] = issuesOf(load([`# é\n- list: l\n  items: [a, b]\n${ruleText('r', 'a.a in l')}`]));
    expect(issue?.locations.at(1)).toMatchObject({ line: 3, column: 2, offset: 33 });
    expect(issue?.snippet).toBe('a.a in a, b \n        ^\n');
  });

  it('are in the macro that brings them', () => {
    const result = load(['- macro: m\n  condition: a.a = 1 or no.such = 2\n' + ruleText('r', 'm') + ruleText('s', 'not m')]);
    expect(told(result)).toEqual([
      'LOAD_ERR_COMPILE_CONDITION condition expression 2:25 filter_check called with nonexistent field no.such',
    ]);
    expect(issuesOf(result)[0]?.snippet).toBe('a.a = 1 or no.such = 2\n           ^\n');
  });

  it('are all told, those of an item once', () => {
    const wrong =
      ruleText('one', 'a.a = ') + ruleText('two', 'a.a = 1 or nope') + '- macro: bad\n  condition: (\n' + ruleText('three', 'bad');
    const result = load([wrong, ruleText('four', 'a.a = 1')]);
    expect(told(result).map((line) => line.replace(/ .*/, ''))).toEqual([
      'LOAD_ERR_COMPILE_CONDITION',
      'LOAD_ERR_COMPILE_CONDITION',
      'LOAD_ERR_VALIDATE',
    ]);
    expect(result).toMatchObject({ ok: false, files: [{ ok: false }, { ok: true }], rules: [{ name: 'four' }] });
  });

  it('are found where Falco finds the first', () => {
    const files = ['- list: l\n' + ruleText('r', 'nope'), ruleText('s', '(')];
    const falco = load(files, { issues: 'first' });
    expect(falco.files.map(({ name }) => name)).toEqual(['1.yaml']);
    expect(told(falco)).toEqual([told(load(files))[0]]);
  });

  it('name macros and lists that nothing uses, once all files are there', () => {
    const files = [
      '- macro: m\n  condition: a.a = 1\n- list: l\n  items: [x]\n- list: k\n  items: [y]\n',
      ruleText('r', 'm and b.b in (l)'),
    ];
    expect(told(load(files))).toEqual(['LOAD_UNUSED_LIST list 4:2 List not referred to by any other rule/macro']);
    expect(told(load(files, { issues: 'first' })).length).toBe(4);
  });
});
