import type { Alert, FieldValue } from '@whoran/contracts';
import { type Millis, truncate } from '@whoran/kernel';
import type { OutputValue, RenderedAlert, Rule, RuleEvent } from '@whoran/rules';
import type { PossibleAlert } from '../notify/decide-notification.ts';
import { alertId } from '../notify/make-alert.ts';
import type { JudgedEvent } from './rule-event.ts';

/** A rule with what writes its alerts. */
export interface ReadyRule {
  readonly rule: Rule;
  readonly render: (event: RuleEvent) => RenderedAlert;
}

/** How alerts of rules are raised. */
export interface Raising {
  /** Whether an alert has the id of the one that Falco would raise by the same rule, so that it is raised once. */
  readonly sameAsFalco: 'once' | 'both';
  readonly holds: boolean;
  readonly now: Millis;
}

/** An audit event may have a megabyte in one field, and it would be in the alert three times. */
const LONGEST_TEXT = 32_768;
const LONGEST_VALUE = 8192;
const MOST_ITEMS = 100;

/** The alert that a rule raises for an event, in the form that Falco gives its own; or raised before, if it no longer holds. */
export function ruleAlert(
  { rule, render }: ReadyRule,
  { event, origin }: JudgedEvent,
  { sameAsFalco, holds, now }: Raising,
): PossibleAlert {
  const { cluster, node, revision, eventId, attribution, idFor, fields } = origin();
  const id = alertId(idFor(rule.name), sameAsFalco === 'both' ? `rule:${rule.name}` : rule.name);
  const alert = (): Alert => {
    const { output, message, output_fields: own, tags, ...rendered } = render(event);
    return {
      ...rendered,
      tags: [...tags],
      output: truncate(output, LONGEST_TEXT),
      message: truncate(message, LONGEST_TEXT),
      output_fields: { ...fields, ...bounded(own) },
      whoran: { id, revision, eventId, cluster, node, raisedAt: new Date(now).toISOString(), attribution },
    };
  };
  return { id, rule: rule.name, revision, attribution, alert, holds };
}

function bounded(fields: RenderedAlert['output_fields']): Record<string, FieldValue> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, boundedValue(value)]));
}

function boundedValue(value: OutputValue): Exclude<FieldValue, undefined> {
  if (typeof value === 'string') return truncate(value, LONGEST_VALUE);
  return isList(value) ? value.slice(0, MOST_ITEMS).map(boundedValue) : value;
}

function isList(value: OutputValue): value is readonly OutputValue[] {
  return Array.isArray(value);
}
