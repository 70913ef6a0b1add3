import type { Alert } from '@whoran/contracts';
import { labelOf } from '../matchers/labels.ts';
import { type Matcher, matchesAll } from '../matchers/matcher.ts';

/** While a source alert is active, target alerts with equal labels are muted. */
export interface InhibitRule {
  /** Its name, or its place in the file. */
  readonly name: string;
  readonly sourceMatchers: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  /** Labels that both must have the same; absent and empty are the same. */
  readonly equal: readonly string[];
}

/** What an alert is for inhibition: the keys to remember it under while it is active, and those to ask for, by rule. */
export interface InhibitionKeys {
  readonly asSource: readonly string[];
  /** If one of the keys is remembered, the rule of this name mutes the alert. */
  readonly asTarget: readonly { readonly key: string; readonly rule: string }[];
}

/**
 * The keys of an alert. An alert that is source and target of a rule is muted only by sources that are no targets of it, as in
 * Alertmanager: otherwise it would mute itself. Those are remembered under a key of their own. One that was withdrawn mutes nothing.
 */
export function inhibitionKeys(rules: readonly InhibitRule[], alert: Alert): InhibitionKeys {
  const isWithdrawn = alert.tags?.includes('withdrawn') ?? false;
  const asSource: string[] = [];
  const asTarget: { key: string; rule: string }[] = [];
  for (const rule of rules) {
    const isSource = !isWithdrawn && matchesAll(rule.sourceMatchers, alert);
    const isTarget = matchesAll(rule.targetMatchers, alert);
    if (!isSource && !isTarget) continue;
    const values = rule.equal.map((name) => labelOf(alert, name));
    const any = JSON.stringify([rule.name, 'any', ...values]);
    const pure = JSON.stringify([rule.name, 'pure', ...values]);
    if (isSource) asSource.push(any, ...(isTarget ? [] : [pure]));
    if (isTarget) asTarget.push({ key: isSource ? pure : any, rule: rule.name });
  }
  return { asSource, asTarget };
}
