import type { CheckRecord, DoctorReport } from '@whoran/forensics-api';
import { printInstant } from '@whoran/kernel';
import type { Overview } from '../store/store.ts';
import { type Period, statusReport } from './status.ts';

type Check = Omit<CheckRecord, 'cluster' | 'node'>;

/** Checks the set-up by what came in: what is wrong with it, and what to do. */
export function doctorReport(overview: Overview, period: Period): DoctorReport {
  const status = statusReport(overview, period);
  const checks: CheckRecord[] = [];
  if (status.clusters.length === 0) {
    checks.push({
      name: 'input',
      status: 'unknown',
      message: 'nothing has come in yet',
      fix: 'point Falco, the audit log and the webhook at whoran (docs/operations)',
    });
  }
  for (const cluster of status.clusters) {
    const { name } = cluster;
    const of = (check: Check): CheckRecord => ({ ...check, cluster: name });
    checks.push(
      of(webhookCheck(overview, name)),
      of(auditCheck(overview, name)),
      of(debugCheck(overview, name)),
      of(silentExecsCheck(overview, name)),
    );
    if (cluster.nodes.length === 0)
      checks.push(
        of({
          name: 'falco',
          status: 'fail',
          message: 'no Falco event has come from this cluster',
          fix: 'set http_output of Falco to the falco-ingester',
        }),
      );
    for (const { name: node } of cluster.nodes)
      checks.push(...nodeChecks(overview, name, node).map((check) => ({ ...check, cluster: name, node })));
    for (const { code, message, node } of cluster.missing) {
      if (code === 'falco-silent' && node !== undefined)
        checks.push({
          name: 'falco',
          status: 'fail',
          message,
          fix: 'see whether Falco runs on the node and reaches the falco-ingester',
          cluster: name,
          node,
        });
    }
  }
  return { generatedAt: printInstant(period.nowNs), checks: [...checks, deadLetterCheck(overview)] };
}

function nodeChecks(overview: Overview, cluster: string, node: string): readonly Check[] {
  const facts = overview.facts.filter((fact) => fact.cluster === cluster && fact.node === node).map(({ fact }) => fact);
  const lacking = [...(facts.includes('rule:started') ? [] : ['program starts']), ...(facts.includes('rule:forked') ? [] : ['forks'])];
  const rules: Check =
    lacking.length === 0
      ? { name: 'lineage-rules', status: 'ok', message: 'Falco reports program starts and forks' }
      : {
          name: 'lineage-rules',
          status: lacking.includes('program starts') ? 'fail' : 'warn',
          message: `Falco reports no ${lacking.join(' and no ')}`,
          fix: 'load the lineage rules of docs/operations (tag lineage) and set priority: debug in falco.yaml',
        };
  return [rules, fieldsCheck(facts), matchingCheck(overview, cluster, node, facts.includes('rule:started'))];
}

function fieldsCheck(facts: readonly string[]): Check {
  const name = 'fields';
  if (!facts.some((fact) => fact.startsWith('rule:')))
    return { name, status: 'unknown', message: 'no event of a lineage rule has come yet' };
  const missing = facts.filter((fact) => fact.startsWith('missing:')).map((fact) => fact.slice('missing:'.length));
  if (missing.length === 0) return { name, status: 'ok', message: 'the lineage events have all fields' };
  return {
    name,
    status: 'fail',
    message: `the lineage events lack ${missing.join(', ')}`,
    fix: 'add them to append_output → extra_fields in falco.yaml (docs/operations)',
  };
}

function matchingCheck(overview: Overview, cluster: string, node: string, hasLineage: boolean): Check {
  const name = 'rule-matching';
  if (!hasLineage) return { name, status: 'unknown', message: 'no event of the lineage rule for program starts has come yet' };
  const hidden = overview.hidden.find((other) => other.cluster === cluster && other.node === node);
  if (!hidden) return { name, status: 'ok', message: 'no rule hides the lineage rules' };
  return {
    name,
    status: 'fail',
    message: `${hidden.count} program starts came from other rules only (such as "${hidden.rule}"): they hide the lineage rule`,
    fix: 'set rule_matching: all in falco.yaml',
  };
}

function webhookCheck(overview: Overview, cluster: string): Check {
  const name = 'webhook';
  const fix = 'see the MutatingWebhookConfiguration: its rules, namespaceSelector, caBundle and whether the API server reaches the webhook';
  const execs = overview.execs.find((count) => count.cluster === cluster);
  const called = overview.sources.some((source) => source.cluster === cluster && source.kind === 'webhook');
  if (!execs || execs.total === execs.refused) {
    return called
      ? { name, status: 'ok', message: 'the webhook has been called' }
      : { name, status: 'unknown', message: 'no exec has been seen yet' };
  }
  const allowed = execs.total - execs.refused;
  if (execs.withoutWebhook === 0) return { name, status: 'ok', message: `the webhook saw all of ${allowed} execs` };
  return {
    name,
    status: execs.withoutWebhook >= allowed ? 'fail' : 'warn',
    message: `the webhook did not see ${execs.withoutWebhook} of ${allowed} execs`,
    fix,
  };
}

function auditCheck(overview: Overview, cluster: string): Check {
  const name = 'audit-level';
  const levels = levelsOf(overview, cluster, 'exec');
  if (levels.length > 0) return { name, status: 'ok', message: `execs are audited at level ${levels.join(', ')}` };
  const heard = overview.sources.some((source) => source.cluster === cluster && source.kind === 'audit');
  const fix =
    'log pods/exec, pods/attach, pods/portforward and pods/ephemeralcontainers at level Metadata or above in the audit policy, with the webhook backend pointing here';
  const seen = overview.execs.some((count) => count.cluster === cluster && count.total > 0);
  if (seen) return { name, status: 'fail', message: heard ? 'audit events come, but none of an exec' : 'no audit event has come', fix };
  return heard
    ? { name, status: 'unknown', message: 'no exec has been audited yet' }
    : { name, status: 'warn', message: 'no audit event has come', fix };
}

function debugCheck(overview: Overview, cluster: string): Check {
  const name = 'audit-level-debug';
  const levels = [...levelsOf(overview, cluster, 'ephemeralcontainers'), ...levelsOf(overview, cluster, 'create')];
  if (levels.length === 0) return { name, status: 'unknown', message: 'no kubectl debug and no new pod has been audited yet' };
  if (levels.some((level) => level !== 'Metadata'))
    return { name, status: 'ok', message: 'debug containers and pods are audited with their contents' };
  return {
    name,
    status: 'warn',
    message: 'debug containers and pods are audited without their contents: kubectl debug is known from the webhook only',
    fix: 'log pods (create) and pods/ephemeralcontainers at level Request in the audit policy',
  };
}

function silentExecsCheck(overview: Overview, cluster: string): Check {
  const name = 'injected-execs';
  const execs = overview.execs.find((count) => count.cluster === cluster);
  if (!execs || execs.injected === 0) return { name, status: 'unknown', message: 'no injected exec has been seen yet' };
  if (execs.silent === 0) return { name, status: 'ok', message: 'every injected exec has its processes' };
  return {
    name,
    status: 'warn',
    message: `${execs.silent} of ${execs.injected} injected execs have no process${execs.silentExample === undefined ? '' : ` (such as session ${execs.silentExample})`}`,
    fix: 'see whether the image has /usr/bin/env, else set strategy none for it; and whether Falco runs on that node',
  };
}

function deadLetterCheck({ deadLetters }: Overview): CheckRecord {
  const name = 'dead-letters';
  const total = deadLetters.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return { name, status: 'ok', message: 'no dead letters wait' };
  const most = deadLetters.map(({ stage, reason, count }) => `${stage}: ${reason} (${count})`).slice(0, 5);
  return {
    name,
    status: 'warn',
    message: `${total} messages could not be processed: ${most.join(', ')}`,
    fix: 'whoran dead-letters shows the errors; mend the cause, then replay or discard them',
  };
}

function levelsOf(overview: Overview, cluster: string, what: string): readonly string[] {
  const prefix = `audit-level:${what}:`;
  return overview.facts
    .filter((fact) => fact.cluster === cluster && fact.fact.startsWith(prefix))
    .map(({ fact }) => fact.slice(prefix.length));
}
