import { describe, expect, it } from '@jest/globals';
import { aNotification, anAlert } from '@whoran/testing';
import fc from 'fast-check';
import { compileBody } from './body-template.ts';
import { ESCAPES, escapeWithin } from './escapes.ts';
import { templateNames } from './names.ts';
import { BARE_SAMPLE, SAMPLE } from './sample.ts';
import { compileTemplate } from './template-engine.ts';
import { viewOf } from './view.ts';

const NAMES = templateNames(['channel']);
const view = (notification = aNotification()) => viewOf(notification, { settings: { channel: '#soc' }, externalUrl: 'https://w.example/' });

function text(source: string, notification = aNotification()): string {
  const template = compileTemplate(source, NAMES);
  if (!template.ok) throw new Error(template.error);
  return template.value.text({ view: view(notification), locals: {} });
}

function problem(source: string): string {
  const template = compileTemplate(source, NAMES);
  return template.ok ? '' : template.error;
}

describe('a template', () => {
  it.each([
    ['plain } { text', 'plain } { text'],
    ['{{ title }}', 'jane@example.com ran "id" in test/payments/api-0: Terminal shell in container'],
    ['{{ alert.fields["proc.cmdline"] }}', 'id'],
    ['{{ alert.who }} {{ alert.user }} {{ alert.groups | join: "," }}', 'jane@example.com jane@example.com sre'],
    ['{{ alert.link }}', 'https://w.example/api/v1/sessions/4cf8e840-6049-4b78-959e-559b16d942a4?cluster=test'],
    ['{{ alert.severity.opsgenie }} {{ priority }} {{ severity.rank }}', 'P3 Warning 4'],
    ['{{ settings.channel }}', '#soc'],
    ['{{ alert.time | seconds }} {{ alert.time | nanos }}', '1767261600 1767261600100000000'],
    ['{% for alert in alerts %}{{ alert.rule }};{% endfor %}{{ total }}', 'Terminal shell in container;1'],
    ['{% assign x = "a" | upcase %}{{ x }}', 'A'],
    ['{{ alert.fields["constructor"] }}{{ alert.fields["__proto__"] }}', ''],
    ['{{ alert | json | size | at_least: 100 | at_most: 100 }}', '100'],
  ])('%s gives %s', (source, result) => expect(text(source)).toBe(result));

  it.each([
    ['{{ nobody }}', 'names "nobody"'],
    ['{{ alert.usr }}', 'names "alert.usr"'],
    ['{{ settings.token }}', 'names "settings.token"'],
    ['{{ title | nothing }}', 'undefined filter: nothing'],
    ['{{ title | strip_html }}', 'undefined filter'],
    ['{% if title %}', 'not closed'],
    ['{{ title', 'not closed'],
    ['{% include "x" %}', 'tag "include" not found'],
    ['{% render "x" %}', 'tag "render" not found'],
    ['{% layout "x" %}', 'tag "layout" not found'],
    ['{% unknown %}', 'tag "unknown" not found'],
    [`{{ title }}${'x'.repeat(70_000)}`, 'longer than'],
  ])('%.30s is refused: %s', (source, message) => expect(problem(source)).toContain(message));

  it.each([
    '{% for a in (1..1000000000) %}x{% endfor %}',
    '{% assign a = "x" %}{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}{{ a }}',
  ])('ends when it would not: %s', (source) => {
    const before = Date.now();
    expect(() => text(source)).toThrow(/limit|more than/);
    expect(Date.now() - before).toBeLessThan(5000);
  });
  it('sees nothing of objects but their own fields', () => {
    expect(
      text('{{ alert.constructor }}{{ title.constructor }}{{ alerts.__proto__ }}'.replace('alert.constructor', 'alerts[0].constructor')),
    ).toBe('');
  });
});

describe('the template of a body', () => {
  it('says everything that is wrong with it at once, and where', () => {
    const body = {
      a: ['{{ x }}', { $vlaue: 'x' }],
      'b/c': { $if: 'y', $then: '{% if %}' },
      d: { $each: 'alerts', $as: 'A B', $do: 1 },
      e: { $merge: 1 },
    };
    const compiled = compileBody(body, NAMES);
    expect(compiled.ok ? [] : compiled.error.map(({ item }) => item)).toEqual([
      '/a/0',
      '/a/1',
      '/b~1c/$if',
      '/b~1c/$then',
      '/d/$as',
      '/e/$merge',
    ]);
  });
  it('does not nest without end', () => {
    let body: unknown = 'x';
    for (let level = 0; level < 10_000; level += 1) body = [body];
    expect(compileBody(body, NAMES)).toMatchObject({ ok: false, error: [{ message: 'nests deeper than 32 levels' }] });
  });
  it('puts any text into a string and nowhere else', () => {
    const compiled = compileBody({ text: 'a {{ alert.rule }} b', also: { $value: 'alert.rule' } }, NAMES);
    if (!compiled.ok) throw new Error('not compiled');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (rule) => {
        const made = compiled.value({ view: view(aNotification({}, anAlert({ rule }))), locals: {} });
        expect(JSON.parse(JSON.stringify(made))).toEqual({ text: `a ${rule} b`, also: rule });
      }),
    );
  });
});

describe('an escape', () => {
  const texts = fc.string({
    unit: fc.constantFrom('<', '>', '&', '@', 'a', '*', '`', '\\', '\n', '\u0007', '😀', '"', "'", '_', '://', ' '),
  });
  it.each(Object.entries(ESCAPES))('%s never gives more than its limit', (_, escape) => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 60 }), (foreign, limit) => {
        expect(escapeWithin(escape, foreign, limit).length).toBeLessThanOrEqual(limit);
      }),
    );
  });
  it('gives everything when there is room', () => {
    fc.assert(fc.property(texts, (foreign) => expect(escapeWithin(ESCAPES.slack, foreign, 10_000)).not.toContain('…')));
  });
  it('never cuts an escape in two', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 60 }), (foreign, limit) => {
        expect(escapeWithin(ESCAPES.html, foreign, limit)).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/);
        expect(escapeWithin(ESCAPES.markdown, foreign, limit)).not.toMatch(/(?<!\\)(\\\\)*\\$/);
      }),
    );
  });
  it('takes no time for a long text', () => {
    const before = Date.now();
    expect(escapeWithin(ESCAPES.html, '<'.repeat(5_000_000), 3000).length).toBeLessThanOrEqual(3000);
    expect(Date.now() - before).toBeLessThan(500);
  });
});

describe('what templates see', () => {
  it('can be asked for everything, whatever there is', () => {
    for (const notification of [SAMPLE, BARE_SAMPLE, aNotification()]) {
      expect(() => JSON.stringify(view(notification), (_, value: unknown) => (typeof value === 'bigint' ? '' : value))).not.toThrow();
    }
  });
  it('is told of ten alerts of a group at most', () => {
    const many = aNotification({ alerts: Array.from({ length: 30 }, () => anAlert()), total: 40 });
    expect(text('{{ told.size }} {{ untold }} {{ alerts.size }} {{ total }}', many)).toBe('10 30 30 40');
    expect(text('{{ told.size }} {{ untold }}')).toBe('0 0');
  });
});
