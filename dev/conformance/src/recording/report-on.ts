import { buildRuleset } from '@whoran/rules';
import { compareWithFalco } from './compare.ts';
import { countAuditAlerts } from './count-audit-alerts.ts';
import type { RecordedEvents } from './read-events.ts';
import type { ReadyRule } from './ready-rules.ts';
import type { RecordingReport } from './report.ts';
import { SOURCES } from './sources.ts';

/** Runs rules over the events of a recording, each over those of its source. */
export function reportOn(rules: readonly ReadyRule[], { falco, audit }: RecordedEvents): RecordingReport {
  const ofFalco = rules.filter(({ rule }) => rule.source === 'syscall');
  const ofAudit = rules.filter(({ rule }) => rule.source === 'k8s_audit');
  const ruleset = buildRuleset(
    ofFalco.map(({ rule }) => rule),
    SOURCES,
    { matching: 'all' },
  );
  return {
    ...(falco.length === 0 || ofFalco.length === 0
      ? {}
      : { falco: { events: falco.length, ...compareWithFalco(ofFalco, ruleset, falco) } }),
    ...(audit.length === 0 || ofAudit.length === 0 ? {} : { audit: { events: audit.length, alerts: countAuditAlerts(ofAudit, audit) } }),
  };
}
