import type { Millis } from '@whoran/kernel';
import { type Field, type Rule, type RuleEvent, type Ruleset, buildRuleset, fieldsOf } from '@whoran/rules';
import type { PossibleAlert } from '../notify/decide-notification.ts';
import { relaxCondition } from './relax-condition.ts';
import { type ReadyRule, ruleAlert } from './rule-alert.ts';
import type { JudgedEvent } from './rule-event.ts';
import { SHIPPED } from './rule-settings.ts';
import { SOURCES } from './rule-sources.ts';

/** How a set of rules is run. */
export interface RuleSetOptions {
  readonly matching: 'first' | 'all';
  readonly sameAsFalco: 'once' | 'both';
}

/** The rules that are on for events of a cluster. */
export class RuleSet {
  private readonly ruleset: Ruleset;
  /** The rules that a later revision of an event may no longer match, without what they say of users. */
  private readonly relaxed: Ruleset;
  /** Those of them that say nothing else, by source. */
  private readonly aboutUsersOnly: ReadonlyMap<string, readonly Rule[]>;
  private readonly ready: ReadonlyMap<string, ReadyRule>;

  constructor(
    rules: readonly ReadyRule[],
    private readonly options: RuleSetOptions,
  ) {
    const all = rules.map(({ rule }) => rule);
    const loosened = all.filter(varies).map((rule) => ({ rule, condition: relaxCondition(rule.condition, isAboutUsers) }));
    this.ready = new Map(rules.map((each) => [each.rule.name, each]));
    this.ruleset = buildRuleset(all, SOURCES, { matching: options.matching });
    this.relaxed = buildRuleset(
      loosened.flatMap(({ rule, condition }) => (condition ? [{ ...rule, condition }] : [])),
      SOURCES,
      { matching: 'all' },
    );
    this.aboutUsersOnly = Map.groupBy(
      loosened.filter(({ condition }) => !condition).map(({ rule }) => rule),
      ({ source }) => source,
    );
  }

  /** How many rules of a source are on. */
  count(source: string): number {
    return [...this.ready.values()].filter(({ rule }) => rule.source === source).length;
  }

  /** The rules over system calls that somebody wrote for this installation. */
  ownSyscallRules(): readonly Rule[] {
    const rules = [...this.ready.values()].map(({ rule }) => rule);
    return rules.filter(({ source, file }) => source === 'syscall' && !file.startsWith(`${SHIPPED}/`));
  }

  /** The alerts that an event raises by rules, and those that it may have raised before more was known of the user. */
  judge(judged: JudgedEvent, now: Millis): readonly PossibleAlert[] {
    const { event } = judged;
    const matched = this.ruleset.evaluate(event).map(({ name }) => name);
    const unmatched = this.unmatched(event, matched);
    if (matched.length === 0 && unmatched.length === 0) return [];
    const { sameAsFalco } = this.options;
    const possible = (names: readonly string[], holds: boolean) =>
      names.flatMap((name) => {
        const rule = this.ready.get(name);
        return rule ? [ruleAlert(rule, judged, { sameAsFalco, holds, now })] : [];
      });
    return [...possible(matched, true), ...possible(unmatched, false)];
  }

  /** An audit event comes once, with its user. */
  private unmatched(event: RuleEvent, matched: readonly string[]): readonly string[] {
    if (event.source !== 'syscall') return [];
    const loose = [...this.relaxed.evaluate(event), ...(this.aboutUsersOnly.get(event.source) ?? [])];
    return loose.map(({ name }) => name).filter((name) => !matched.includes(name));
  }
}

function varies({ condition }: Rule): boolean {
  return fieldsOf(condition).some(isAboutUsers);
}

/** The fields whose values may change from one revision of an event to the next. */
function isAboutUsers({ name }: Field): boolean {
  return name.startsWith('k8s.user.') || name.startsWith('exec.');
}
