import { describe, expect, it } from '@jest/globals';
import { definitionsIn } from './definitions-in.ts';

const BASE = `- list: shells
  items: [sh]
- macro: quiet
  condition: evt.num > 0
- rule: A
  desc: d
  condition: quiet
  output: o
  priority: NOTICE
  source: syscall
  tags: [x]
`;

const LOCAL = `- list: shells
  items: [zsh]
  override: {items: append}
- rule: A
  condition: and evt.num < 9
  tags: [y]
  priority: ERROR
  override: {condition: append, tags: append, priority: replace}
- rule: A
  enabled: false
- rule: broken
  condition: 1
- {required_engine_version: 0.1.0}
`;

describe('where things are defined', () => {
  it('is every item that defines or changes something, with what it changes', () => {
    const places = definitionsIn([
      { name: 'base', text: BASE },
      { name: 'local', text: LOCAL },
    ]);
    expect(places.map(({ kind, name, file, line, change, parts }) => [kind, name, `${file}:${line}`, change, parts.join()])).toEqual([
      ['list', 'shells', 'base:1', 'define', ''],
      ['macro', 'quiet', 'base:3', 'define', ''],
      ['rule', 'A', 'base:5', 'define', ''],
      ['list', 'shells', 'local:1', 'append', 'items'],
      ['rule', 'A', 'local:4', 'append', 'condition,tags'],
      ['rule', 'A', 'local:4', 'replace', 'priority'],
      ['rule', 'A', 'local:9', 'switch', 'enabled'],
    ]);
    expect(places[2]?.rule).toEqual({ source: 'syscall', priority: 'Notice', tags: ['x'], enabled: true });
  });

  it('is nowhere in what is no rule file', () => {
    expect(definitionsIn([{ name: 'x', text: '{a: [' }])).toEqual([]);
    expect(definitionsIn([{ name: 'x', text: 'text' }])).toEqual([]);
  });
});
