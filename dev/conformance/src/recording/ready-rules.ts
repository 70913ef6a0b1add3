import { readFileSync } from 'node:fs';
import { Unusable } from '@whoran/command';
import { messageOf, printable } from '@whoran/kernel';
import { type LoadIssue, type RenderedAlert, type Rule, type RuleEvent, alertRenderer, loadRules, selectRules } from '@whoran/rules';
import { SOURCES } from './sources.ts';

/** A rule, with what writes its alerts. */
export interface ReadyRule {
  readonly rule: Rule;
  readonly render: (event: RuleEvent) => RenderedAlert;
}

/** Rule files cannot be used: what is wrong where, one problem per line. */
export class RulesUnusable extends Unusable {}

/** Loads rule files in this order, as Falco would, and takes the rules that they enable. Throws RulesUnusable. */
export function readyRules(paths: readonly string[]): readonly ReadyRule[] {
  const files = paths.map((path) => ({ name: path, text: textOf(path) }));
  const loaded = loadRules(files, { sources: SOURCES });
  const problems = loaded.files.flatMap(({ issues }) => issues.filter(({ severity }) => severity === 'error'));
  if (!loaded.ok) throw new RulesUnusable(problems.map(lineOf).join('\n'));
  const catalogs = new Map(SOURCES.map(({ name, catalog }) => [name, catalog]));
  return selectRules(loaded.rules, []).flatMap((rule) => {
    const catalog = catalogs.get(rule.source);
    if (catalog === undefined) return [];
    const renderer = alertRenderer(rule, catalog);
    if (!renderer.ok) throw new RulesUnusable(`${rule.file}: ${rule.name}: ${renderer.error}`);
    return [{ rule, render: renderer.value }];
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new RulesUnusable(messageOf(error));
  }
}

function lineOf({ code, message, locations: [outermost] }: LoadIssue): string {
  return printable(`${outermost === undefined ? '' : `${outermost.file}:${outermost.line + 1}: `}${message} (${code})`);
}
