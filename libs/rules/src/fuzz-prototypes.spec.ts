import { describe, expect, it } from '@jest/globals';
import { parseJson } from '@whoran/contracts';
import { readAuditPayload } from './audit/read-audit-payload.ts';
import { buildRuleset } from './evaluate/ruleset.ts';
import type { RuleEvent } from './fields/field.ts';
import { auditFields } from './fields/k8s-audit/audit-fields.ts';
import { syscallFields } from './fields/syscall/syscall-fields.ts';
import { type LoadOptions, loadRules } from './load/load-rules.ts';
import { parseOutput } from './output/parse-output.ts';
import { alertRenderer } from './output/render-alert.ts';
import { selectRules } from './select/select-rules.ts';

/** Names that every object has, or that change what an object is. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'] as const;

const SOURCES = [
  { name: 'syscall', catalog: syscallFields(), sent: new Set(['proc.name', 'evt.type']) },
  { name: 'k8s_audit', catalog: auditFields() },
];

function load(text: string, options: Partial<LoadOptions> = {}): ReturnType<typeof loadRules> {
  return loadRules([{ name: '__proto__', text }], { sources: SOURCES, ...options });
}

/** The rules of the file that the event matches. */
function raised(text: string, event: RuleEvent): readonly string[] {
  const loaded = load(text);
  expect(loaded.files.flatMap(({ issues }) => issues).filter(({ severity }) => severity === 'error')).toEqual([]);
  return buildRuleset(loaded.rules, SOURCES, { matching: 'all' })
    .evaluate(event)
    .map(({ name }) => name);
}

const errorsOf = (text: string) =>
  load(text).files.flatMap(({ issues }) => issues.flatMap(({ severity, message }) => (severity === 'error' ? [message] : [])));

/** What Falco sent, and an audit event, as they come in. */
function falcoEvent(fields: string): RuleEvent {
  const json = parseJson(fields);
  if (!json.ok) throw new Error(json.error);
  return { source: 'syscall', document: json.value as RuleEvent['document'], time: 0n, hostname: '' };
}
function auditEvent(fields: string): RuleEvent {
  const [event] = readAuditPayload(`{"kind":"Event","auditID":"a","stageTimestamp":"2026-01-01T00:00:00Z",${fields}}`).events;
  return { source: 'k8s_audit', document: event?.document ?? {}, time: 0n, hostname: '' };
}

const rule = (more: Readonly<Record<string, unknown>>) =>
  `- ${JSON.stringify({ rule: 'r', desc: 'd', condition: 'evt.type = execve', output: 'o', priority: 'info', ...more })}\n`;
const execve = falcoEvent('{"evt.type":"execve","proc.name":"a"}');

describe.each(NAMES)('the name %s', (name) => {
  it('is a rule, a tag and a description like others', () => {
    const text = `${rule({ rule: name, tags: [name], desc: name })}- {rule: ${name}, enabled: true, override: {enabled: replace}}\n`;
    expect(raised(text, execve)).toEqual([name]);
    const { rules } = load(text);
    expect(rules.map(({ tags, description }) => [tags, description])).toEqual([[[name], name]]);
    expect(selectRules(rules, [{ operation: 'disable', tag: name }])).toEqual([]);
    expect(selectRules(rules, [{ operation: 'disable', rule: name }])).toEqual([]);
    const render = alertRenderer({ ...execveRule(), name, tags: [name] }, syscallFields());
    expect(render.ok && render.value(execve)).toMatchObject({ rule: name, tags: [name] });
  });

  it('is a list and, if its letters allow, a macro like others', () => {
    const items = `- {list: ${name}, items: [a, ${name}_]}\n`;
    expect(raised(items + rule({ condition: `proc.name in (${name})` }), execve)).toEqual(['r']);
    expect(raised(`- {list: l, items: [a]}\n${rule({ condition: `proc.name in (${name})` })}`, execve)).toEqual([]);
    if (!/^[a-z]/.test(name)) return;
    expect(raised(`- {macro: ${name}, condition: proc.name = a}\n${rule({ condition: name })}`, execve)).toEqual(['r']);
    expect(errorsOf(rule({ condition: name }))).toEqual([`Undefined macro '${name}' used in filter.`]);
  });

  it('is no field, and an argument that nothing has', () => {
    for (const field of [`x.${name}`, `${name}.name`, `proc.${name}`].filter((each) => /^[a-z]+\.[a-z]+$/i.test(each))) {
      expect(errorsOf(rule({ condition: `${field} = a` }))).toEqual([`filter_check called with nonexistent field ${field}`]);
      expect(parseOutput(`%${field}`, syscallFields()).ok).toBe(false);
    }
    const asked = `proc.env[${name}] exists or container.mount.dest[${name}] exists or evt.arg[${name}] exists`;
    expect(raised(rule({ condition: asked }), execve)).toEqual([]);
    const audit = `jevt.value[/${name}] exists or ka.uri.param[${name}] exists or jevt.value[/user/${name}/x] exists`;
    expect(raised(rule({ condition: audit, source: 'k8s_audit' }), auditEvent('"user":{},"requestURI":"/a?b=c"'))).toEqual([]);
  });

  it('is a value and a key of events like others', () => {
    expect(raised(rule({ condition: `proc.name = ${name}` }), falcoEvent(`{"proc.name":"${name}"}`))).toEqual(['r']);
    expect(
      raised(
        rule({ condition: `evt.type = execve and proc.name exists` }),
        falcoEvent(`{"${name}":{"evt.type":"execve","proc.name":"a"}}`),
      ),
    ).toEqual([]);
    expect(raised(rule({ condition: `proc.env[${name}] = x` }), falcoEvent(`{"proc.env[${name}]":"x"}`))).toEqual(['r']);
    const document = `"${name}":{"${name}":"x"},"requestURI":"/a?${name}=x","user":{"username":"${name}"}`;
    const condition = `jevt.value[/${name}/${name}] = x and ka.uri.param[${name}] = x and ka.user.name = ${name}`;
    expect(raised(rule({ condition, source: 'k8s_audit' }), auditEvent(document))).toEqual(['r']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('is no key, source, plugin or operator that is known', () => {
    const warnings = load(rule({}).replace('{', `{"${name}": {"enabled": false}, `)).files.flatMap(({ issues }) => issues);
    expect(warnings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(warnings.map(({ code }) => code)).toContain('LOAD_UNKNOWN_KEY');
    expect(load(rule({ source: name })).rules).toEqual([]);
    expect(load(rule({ source: name })).files[0]?.issues[0]?.code).toBe('LOAD_UNKNOWN_SOURCE');
    const required = `- required_plugin_versions: [{name: ${name}, version: 1.0.0}]\n`;
    expect(load(required, { plugins: [{ name: 'json', version: '1.0.0' }] }).pluginProblem).toContain(name);
    expect(errorsOf(rule({ priority: name }))).toEqual(['Invalid priority']);
    expect(errorsOf(rule({ condition: `proc.name ${name} a` }))).toHaveLength(1);
    expect(errorsOf(rule({ exceptions: [{ name: 'e', fields: ['proc.name'], comps: [name], values: [['a']] }] }))).toEqual([
      `'${name}' is not a supported comparison operator`,
    ]);
    expect(raised(rule({ condition: 'evt.type exists' }), { ...execve, source: name })).toEqual([]);
  });

  it('is an exception like others', () => {
    const exceptions = [{ name, fields: ['proc.name'], comps: ['='], values: [[name]] }];
    expect(raised(rule({ exceptions }), execve)).toEqual(['r']);
    expect(raised(rule({ exceptions }), falcoEvent(`{"evt.type":"execve","proc.name":"${name}"}`))).toEqual([]);
  });
});

function execveRule(): Parameters<typeof alertRenderer>[0] {
  return { name: 'r', source: 'syscall', priority: 'Informational', tags: [], output: 'o %proc.name', extraFields: [] };
}
