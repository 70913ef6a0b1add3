import { isDeepStrictEqual } from 'node:util';
import {
  type RenderedAlert,
  type Rule,
  type RuleEvent,
  type RuleMatching,
  type Ruleset,
  alertRenderer,
  auditFields,
  buildRuleset,
  loadRules,
  parseAppendOutput,
  readAuditPayload,
  selectRules,
} from '@whoran/rules';
import { type Case, type Kind, type Material, type Outcome, differs, passed } from '../kind.ts';

interface Detection extends Case {
  readonly event_file: string;
  readonly rules_files: readonly string[];
  readonly inline_files?: Readonly<Record<string, string>>;
  readonly rule_matching: RuleMatching;
  readonly config?: { readonly append_output?: readonly unknown[] };
  readonly expect: { readonly exit: number; readonly alerts: readonly RenderedAlert[] };
}

const HOSTNAME = 'testhost';
const SOURCES = [{ name: 'k8s_audit', catalog: auditFields() }];
/** What differs from run to run: whether it is there is compared, what it is not. */
const VOLATILE = ['evt.num', 'ka.auditid'];

/** Audit events and rule files, and the whole alerts that come of them. */
export const k8sauditDetect: Kind = {
  kind: 'k8saudit-detect',
  run(it: Case, material: Material): Outcome {
    const { event_file: file, rules_files: rules, inline_files: inline = {}, expect } = it as Detection;
    const missing = [file, ...rules.filter((name) => inline[name] === undefined)].find((name) => !material.has(name));
    if (missing !== undefined)
      return { kind: 'not-applicable', reason: `the file ${missing} that the case refers to is not in the folder` };
    const detector = detectorOf(it as Detection, material);
    if (typeof detector === 'string') return expect.exit === 0 ? differs('load', 'ok', detector) : passed;
    if (expect.exit !== 0) return differs('exit', expect.exit, 0);
    const alerts = eventsOf(material.read(file)).flatMap((event) => detect(detector, event));
    const [expected, actual] = [expect.alerts.map(comparable), alerts.map(comparable)];
    const at = expected.findIndex((alert, index) => !isDeepStrictEqual(alert, actual[index]));
    if (at !== -1) return differs(`alert ${at + 1}`, expected[at], actual[at]);
    return expected.length === actual.length ? passed : differs('alerts', expected.length, actual.length);
  },
};

interface Detector {
  readonly ruleset: Ruleset;
  readonly renderers: ReadonlyMap<Rule, (event: RuleEvent) => RenderedAlert>;
}

const detectors = new Map<string, Detector | string>();

/** Many cases have the same rules. */
function detectorOf(it: Detection, material: Material): Detector | string {
  const texts = it.rules_files.map((name) => ({ name, text: it.inline_files?.[name] ?? material.read(name) }));
  const key = JSON.stringify([texts, it.rule_matching, it.config]);
  const detector = detectors.get(key) ?? makeDetector(it, texts);
  detectors.set(key, detector);
  return detector;
}

function makeDetector(it: Detection, files: Parameters<typeof loadRules>[0]): Detector | string {
  const appendOutput = parseAppendOutput(it.config?.append_output ?? []);
  if (!appendOutput.ok) return appendOutput.error;
  const loaded = loadRules(files, { sources: SOURCES, appendOutput: appendOutput.value, issues: 'first' });
  if (!loaded.ok) return JSON.stringify(loaded.files.flatMap(({ issues }) => issues.filter(({ severity }) => severity === 'error')));
  const rules = selectRules(loaded.rules, []);
  const ruleset = buildRuleset(rules, SOURCES, { matching: it.rule_matching });
  const renderers = new Map<Rule, (event: RuleEvent) => RenderedAlert>();
  for (const rule of rules) {
    const renderer = alertRenderer(rule, auditFields());
    if (!renderer.ok) return `${rule.name}: ${renderer.error}`;
    renderers.set(rule, renderer.value);
  }
  return { ruleset, renderers };
}

function detect({ ruleset, renderers }: Detector, event: RuleEvent): readonly RenderedAlert[] {
  return ruleset.evaluate(event).flatMap((rule) => renderers.get(rule)?.(event) ?? []);
}

/** One payload in each line. */
function eventsOf(text: string): readonly RuleEvent[] {
  const payloads = text.split('\n').filter((line) => line !== '');
  return payloads.flatMap((payload) =>
    readAuditPayload(payload).events.map(({ time, document }) => ({ source: 'k8s_audit', document, time, hostname: HOSTNAME })),
  );
}

function comparable(alert: RenderedAlert): RenderedAlert {
  const fields = Object.entries(alert.output_fields).map(([name, value]) => [name, VOLATILE.includes(name) ? 'volatile' : value]);
  const [message, output] = [withoutNumber(alert.message, alert), withoutNumber(alert.output, alert)];
  return { ...alert, message, output, output_fields: Object.fromEntries(fields) as RenderedAlert['output_fields'] };
}

/** The number of the event, where the rule prints it. */
function withoutNumber(text: string, { output_fields: fields }: RenderedAlert): string {
  const number = fields['evt.num'];
  return typeof number === 'number' ? text.replace(` ${number} `, ' volatile ') : text;
}
