import { describe, expect, it } from '@jest/globals';
import { conditions, load, ruleText, told } from './spec-load.ts';

function withExceptions(...exceptions: readonly string[]): string {
  return ruleText('r', 'a.a = 1 or b.b = 2', 'exceptions:', ...exceptions.map((exception) => `- ${exception}`));
}

describe('exceptions', () => {
  it.each([
    ['{name: e, fields: proc.name, values: [a, b c]}', 'not proc.name in (a, "b c")'],
    ['{name: e, fields: proc.exe, comps: pmatch, values: [/bin, /sbin]}', 'not proc.exe pmatch (/bin, /sbin)'],
    ['{name: e, fields: proc.name, comps: startswith oneof, values: [a]}', 'not proc.name startswith oneof (a)'],
    ['{name: e, fields: [proc.name], values: [[a], [b]]}', 'not (proc.name = a or proc.name = b)'],
    [
      '{name: e, fields: [proc.name, fd.name], comps: [in, startswith], values: [[[a, b], /tmp], [c, /run]]}',
      'not ((proc.name in (a, b) and fd.name startswith /tmp) or (proc.name in (c) and fd.name startswith /run))',
    ],
    ['{name: e, fields: [proc.name], comps: ["  contains  "], values: [[a]]}', 'not proc.name contains a'],
    ['{name: e, fields: [tolower(proc.name)], values: [[a]]}', 'not tolower(proc.name) = a'],
  ])('%s become a part of the condition', (exception, expected) => {
    const result = load([withExceptions(exception)]);
    expect(told(result)).toEqual([]);
    expect(conditions(result)).toEqual({ r: `((a.a = 1 or b.b = 2) and ${expected})` });
  });

  it('get values of later items', () => {
    const later = '- rule: r\n  exceptions: [{name: e, values: [[b]]}]\n  override: {exceptions: append}\n';
    const result = load([withExceptions('{name: e, fields: [proc.name], values: [[a]]}') + later]);
    expect(conditions(result)['r']).toBe('((a.a = 1 or b.b = 2) and not (proc.name = a or proc.name = b))');
  });

  it.each([
    ['{fields: [a.a]}', "Item has no mapping for key 'name'"],
    ['{name: e}', "Item has no mapping for key 'fields'"],
    ['{name: e, fields: [no.such]}', "'no.such' is not a supported filter field"],
    ['{name: e, fields: ["a.a exists or b.b"]}', "'a.a exists or b.b' is not a supported filter field"],
    ['{name: e, fields: [a.a], comps: [like]}', "'like' is not a supported comparison operator"],
    ['{name: e, fields: [a.a], comps: [in oneof]}', "'in oneof' is not a supported comparison operator"],
    ['{name: e, fields: [a.a, b.b], comps: [=]}', 'Fields and comps lists must have equal length'],
    ['{name: e, fields: [a.a, b.b], values: [[x]]}', 'Fields and values lists must have equal length'],
    ['{name: e, fields: a.a, comps: [in]}', 'Fields and comps must both be strings'],
    ['{name: e, fields: a.a, values: [[x]]}', 'Expected values array to contain a list of strings'],
    ['{name: e, fields: [a.a], values: x}', 'Rule exception values must be a sequence'],
  ])('%s are refused', (exception, message) => {
    const [only, ...others] = told(load([withExceptions(exception)]));
    expect(only).toContain(message);
    expect(others).toEqual([]);
  });
});
