import { describe, expect, it } from '@jest/globals';
import { parseAppendOutput } from './parse-append-output.ts';
import { load, ruleText } from './spec-load.ts';

describe('append_output', () => {
  it('adds to the outputs of the rules that match', () => {
    const entries = parseAppendOutput([
      { extra_output: 'node=%evt.hostname' },
      { match: { tags: ['x'] }, extra_output: 'x=%a.x', extra_fields: ['b.b', { note: 'seen %b.b' }] },
      { match: { rule: 's', source: 'k8s_audit' }, extra_output: 'never' },
    ]);
    expect(entries.ok).toBe(true);
    const text = ruleText('r', 'a.a = 1', 'tags: [x, y]') + ruleText('s', 'a.a = 1');
    const { rules } = load([text], { appendOutput: entries.ok ? entries.value : [] });
    expect(rules.map(({ output, extraFields }) => [output, extraFields.map(({ key, format, raw }) => [key, format, raw])])).toEqual([
      ['o node=%evt.hostname x=%a.x', [['b.b', '%b.b', true], ['note', 'seen %b.b', false]]], // prettier-ignore
      ['o node=%evt.hostname', []],
    ]);
    expect(rules[0]?.outputText).toBe('o');
  });

  it.each([
    ['x', 'append_output[0]: must be a map'],
    [{ match: [] }, 'append_output[0].match: must be a map'],
    [{ match: { tags: 'x' } }, 'append_output[0].match.tags: must be a list of texts'],
    [{ extra_output: {} }, 'append_output[0].extra_output: must be a text'],
    [{ extra_fields: [{ a: [] }] }, 'append_output[0].extra_fields[0].a: must be a text'],
    [{ extra_fields: [null] }, 'append_output[0].extra_fields[0]: must be a field or a key with a format'],
  ])('%j is refused: %s', (entry, message) => {
    const entries = parseAppendOutput([entry]);
    expect(entries.ok ? '' : entries.error).toContain(message);
  });
});
