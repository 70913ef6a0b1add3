import type { Priority, Rule } from '../rule.ts';
import { isAtLeast } from './priority.ts';
import { matchesWildcard } from './wildcard.ts';

/** One entry of the `rules` setting: rules of that name (with `*`), and those with that tag, are switched. */
export interface RuleSelection {
  readonly operation: 'enable' | 'disable';
  readonly rule?: string;
  readonly tag?: string;
}

/**
 * The rules to evaluate, in their order: those that files leave enabled, then those that the section enables, one entry after the other.
 * What is less severe than the minimum is never among them.
 */
export function selectRules<R extends Pick<Rule, 'name' | 'tags' | 'priority' | 'enabled'>>(
  rules: readonly R[],
  section: readonly RuleSelection[],
  minimumPriority: Priority = 'Debug',
): readonly R[] {
  const candidates = rules.filter(({ priority }) => isAtLeast(priority, minimumPriority));
  const selected = new Set(candidates.filter(({ enabled }) => enabled));
  for (const { operation, ...match } of section) {
    for (const rule of [...chosenByName(candidates, match.rule), ...chosenByTag(candidates, match.tag)]) {
      if (operation === 'enable') selected.add(rule);
      else selected.delete(rule);
    }
  }
  return [...selected];
}

function chosenByName<R extends Pick<Rule, 'name'>>(rules: readonly R[], pattern: string | undefined): readonly R[] {
  return pattern === undefined ? [] : rules.filter(({ name }) => matchesWildcard(pattern, name));
}

function chosenByTag<R extends Pick<Rule, 'tags'>>(rules: readonly R[], tag: string | undefined): readonly R[] {
  return tag === undefined ? [] : rules.filter(({ tags }) => tags.includes(tag));
}
