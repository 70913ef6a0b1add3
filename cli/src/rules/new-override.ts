import { type LoadedRule, parseCondition } from '@whoran/rules';
import { stringify } from 'yaml';
import type { CliContext } from '../context.ts';
import { visible } from '../render/visible.ts';
import { wrapCondition, wrapWords } from '../render/wrap-words.ts';
import { type UsedPart, describeRule } from './describe-rule.ts';
import { findRule } from './find-rule.ts';
import { type LoadedGiven, type RuleOptions, loadFaultless } from './load-given.ts';

/** Prints the beginning of a file that changes a rule without editing the file that it is in. */
export async function newOverride(name: string, options: RuleOptions, context: CliContext): Promise<void> {
  const loaded = loadFaultless(options);
  await context.out(overrideFile(findRule(name, loaded), loaded));
}

const WIDTH = 100;

/** Every change that files can make to a rule, in comments: as it is, the file changes nothing, and each item can be taken by itself. */
export function overrideFile(rule: LoadedRule, loaded: LoadedGiven): string {
  const { places, uses } = describeRule(rule, loaded);
  const ruleLine = `rule: ${scalar(rule.name)}`;
  const parts = [
    about(
      `Local changes to the rule ${JSON.stringify(rule.name)}, which is defined at ${places[0] ?? rule.file}. Take away the # in front of the items that you need; as it stands, this file changes nothing. Load it after the other files: name it behind them in WHORAN_ROUTER_RULES_FILES or rules_files, and look at it with: whoran rules check ${commandLine(loaded)} THIS_FILE`,
    ),
    item(rule.enabled ? 'Do not run it.' : 'Run it.', [
      ruleLine,
      `enabled: ${rule.enabled ? 'false' : 'true'}`,
      'override: { enabled: replace }',
    ]),
    item(`How severe it is: ${rule.priority} now.`, [
      ruleLine,
      `priority: ${rule.priority.toUpperCase()}`,
      'override: { priority: replace }',
    ]),
    item(`Alert on less: the text is put behind the present condition${mindOr(rule.conditionText)}.`, [
      ruleLine,
      `condition: ${scalar(example(rule.source))}`,
      'override: { condition: append }',
    ]),
    item('Say more in the output.', [ruleLine, `output: ${scalar(exampleOutput(rule.source))}`, 'override: { output: append }']),
    item('Put it into another group, for the settings and routes that go by tags.', [
      ruleLine,
      'tags: [local]',
      'override: { tags: append }',
    ]),
    ...(rule.exceptions.length === 0 ? [] : [exceptionItem(rule, ruleLine)]),
    ...uses.map(usedItem),
    item('Another condition altogether; this is the present one.', [
      ruleLine,
      ...condition(rule.conditionText),
      'override: { condition: replace }',
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function commandLine({ files }: LoadedGiven): string {
  const names = files.map(({ name }) => (name.startsWith('shipped/') ? 'shipped' : name));
  return [...new Set(names)].map((name) => visible(/^[\w./-]+$/.test(name) ? name : JSON.stringify(name))).join(' ');
}

function usedItem({ kind, name, text }: UsedPart): string {
  if (kind === 'list') {
    const items = [`list: ${scalar(name)}`, 'items: []', 'override: { items: append }'];
    return item(
      `More items for a list that it uses, between the brackets; with replace in place of append, others. Now: ${short(text)}`,
      items,
    );
  }
  return item(`A macro that it uses; this is the present condition. Leave override away to replace it, or append to it.`, [
    `macro: ${scalar(name)}`,
    ...condition(text),
  ]);
}

function exceptionItem(rule: LoadedRule, line: string): string {
  const [exception] = rule.exceptions;
  const values = exception?.fields.map(() => 'example').join(', ') ?? 'example';
  const named = exception?.name ?? 'name';
  const comment = `Exceptions: values for ${rule.exceptions.map(({ name, fields }) => `${name} (${fields.join(', ')})`).join('; ')}.`;
  return item(comment, [
    line,
    'exceptions:',
    `  - name: ${scalar(named)}`,
    `    values: [${exception !== undefined && exception.fields.length > 1 ? `[${values}]` : values}]`,
    'override: { exceptions: append }',
  ]);
}

/** `and` binds stronger than `or`: behind an `or`, it would narrow the last part only. */
function mindOr(conditionText: string): string {
  const parsed = parseCondition(conditionText);
  return parsed.ok && parsed.value.type === 'or' ? ', which ends with an or: replace it as a whole instead, with parentheses' : '';
}

function example(source: string): string {
  return source === 'k8s_audit' ? 'and not ka.user.name in (ci, deployer)' : 'and not k8s.user.groups intersects (sre)';
}

function exampleOutput(source: string): string {
  return source === 'k8s_audit' ? '(groups=%k8s.user.groups)' : '(user=%k8s.user.name session=%exec.session)';
}

/** An item of YAML in comments, with a comment above it that stays one. */
function item(what: string, [first = '', ...rest]: readonly string[]): string {
  return [about(what), `#- ${first}`, ...rest.map((line) => `#  ${line}`)].join('\n');
}

function about(text: string): string {
  return wrapWords(visible(text), WIDTH)
    .map((line) => `# ${line}`)
    .join('\n');
}

/** A condition as a folded block, or on one line where it has blanks in quotes that a block would change. */
function condition(text: string): readonly string[] {
  const lines = wrapCondition(text, WIDTH);
  if (lines.some((line) => /[\r\n\t]/.test(line))) return [`condition: ${scalar(text)}`];
  return ['condition: >', ...lines.map((line) => `  ${visible(line)}`)];
}

const LONGEST = 300;

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;
}

/** A text as YAML on one line. */
function scalar(text: string): string {
  const plain = stringify(text, { lineWidth: 0, defaultStringType: 'PLAIN' }).trim();
  return plain.includes('\n') || plain !== visible(plain) ? JSON.stringify(text).replace(/[^\x20-\x7e]/g, escaped) : plain;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
