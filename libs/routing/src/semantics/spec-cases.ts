import type { Alert } from '@whoran/contracts';
import { anAlert } from '@whoran/testing';
import type { Silence } from '../silences/silence.ts';
import { routingOf } from '../spec-routing.ts';
import { type Arrival, Timeline, type Told } from './spec-timeline.ts';

/** An alert of a rule, whose id, namespace and user a case may choose. */
export function alertOf(rule: string, { id = `${rule}/1`, namespace = 'prod', user = 'jane', update = false } = {}): Alert {
  const session = { id: `session of ${user}`, kind: 'exec' as const, user: { username: user, groups: [] } };
  const raisedAt = '2030-01-01T00:00:00Z';
  const whoran = { id, raisedAt, attribution: { evidence: 'root' as const, session }, ...(update ? { update } : {}) };
  return anAlert({ rule, output_fields: { 'k8s.ns.name': namespace } }, whoran);
}

/** What comes and what is told: `10 a b` for rules a and b after ten seconds; `330 new-alerts b` is what people hear. */
export interface Case {
  readonly routes?: string;
  readonly alerts: readonly string[];
  readonly silences?: readonly Silence[];
  readonly until: number;
  readonly told: readonly string[];
}

/** Reads `10 a b`: the alerts of rules a and b, in namespace prod or, for a@test, in test. */
export function arrivalsOf(lines: readonly string[]): readonly Arrival[] {
  return lines.flatMap((line) => {
    const [at = '', ...rules] = line.split(' ');
    return rules.map((word) => {
      const [rule = '', namespace] = word.split('@');
      return { at: Number(at) * 1000, alert: alertOf(rule, namespace === undefined ? {} : { namespace }) };
    });
  });
}

/** Runs a case; each line is the second, the reason and the rules. */
export function run({ routes = 'route: { receiver: r, group_by: [namespace] }', alerts, silences, until }: Case): readonly string[] {
  return new Timeline(routingOf(routes), silences).run(arrivalsOf(alerts), until * 1000).map(printTold);
}

/** What was told, on one line. */
export function printTold({ at, receiver, reason, alerts }: Told): string {
  const who = receiver === 'r' ? '' : `${receiver}: `;
  return `${at / 1000} ${who}${reason} ${alerts.map(({ rule }) => rule).join(' ')}`;
}
