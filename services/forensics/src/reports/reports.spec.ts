import { describe, expect, it } from '@jest/globals';
import type { FactRow, SourceKind, SourceRow } from '../store/rows.ts';
import type { ExecCount, Overview } from '../store/store.ts';
import { doctorReport } from './doctor.ts';
import { SILENT_NS, statusReport } from './status.ts';

const NOW = 10n * SILENT_NS;
const period = { sinceNs: 0n, nowNs: NOW };
const source = (kind: SourceKind, lastNs: bigint, node = ''): SourceRow => ({ cluster: 'c', kind, node, firstNs: 0n, lastNs });
const fact = (name: string, node = 'n1'): FactRow => ({ cluster: 'c', node, fact: name, lastMs: 0 });
const execs = (different: Partial<ExecCount>): ExecCount => ({
  cluster: 'c',
  total: 4,
  refused: 1,
  injected: 3,
  attributed: 3,
  withoutWebhook: 0,
  silent: 0,
  ...different,
});
const overview = (different: Partial<Overview> = {}): Overview => ({
  sources: [source('falco', NOW, 'n1'), source('audit', NOW), source('webhook', NOW)],
  facts: [fact('rule:started'), fact('rule:forked'), fact('audit-level:exec:Metadata', ''), fact('audit-level:create:Request', '')],
  evidence: [],
  execs: [execs({})],
  hidden: [],
  deadLetters: [],
  ...different,
});

describe('statusReport', () => {
  const missing = (different: Partial<Overview>) =>
    statusReport(overview(different), period).clusters.flatMap((cluster) =>
      cluster.missing.map(({ code, node }) => (node === undefined ? code : `${code} ${node}`)),
    );

  it.each<[string, Partial<Overview>, readonly string[]]>([
    ['nothing when all is well', {}, []],
    ['Falco when no node sends', { sources: [source('audit', NOW), source('webhook', NOW)] }, ['falco-silent']],
    [
      'a node that is silent while others are not',
      { sources: [source('falco', NOW, 'n1'), source('falco', NOW - SILENT_NS, 'n2'), source('audit', NOW)] },
      ['falco-silent n2'],
    ],
    ['no node when all are silent together', { sources: [source('falco', 1n, 'n1'), source('falco', 2n, 'n2'), source('audit', 1n)] }, []],
    ['the audit log when it lags', { sources: [source('falco', NOW, 'n1'), source('audit', NOW - SILENT_NS)] }, ['audit-silent']],
    ['the audit log when it never came', { sources: [source('falco', NOW, 'n1')] }, ['audit-silent']],
    ['the webhook when it sees no exec', { execs: [execs({ withoutWebhook: 3 })] }, ['webhook-silent']],
    ['execs that slipped by', { execs: [execs({ withoutWebhook: 1 })] }, ['execs-uninjected']],
    ['execs without events', { execs: [execs({ silent: 1, silentExample: 's' })] }, ['execs-without-events']],
  ])('misses %s', (_name, different, expected) => {
    expect(missing(different)).toEqual(expected);
  });

  it('sums evidence by node and cluster, and leaves out nodes that were not heard of in the period', () => {
    const evidence = [
      { cluster: 'c', node: 'n1', evidence: 'root' as const, count: 2 },
      { cluster: 'c', node: 'n2', evidence: 'root' as const, count: 1 },
    ];
    const sources = [source('falco', NOW, 'n1'), source('falco', NOW, 'n2'), source('falco', 5n, 'gone'), source('audit', NOW)];
    const [cluster] = statusReport(overview({ evidence, sources }), { sinceNs: 10n, nowNs: NOW }).clusters;
    expect(cluster?.commandsByEvidence).toEqual({ root: 3 });
    expect(cluster?.nodes.map(({ name, commandsByEvidence }) => [name, commandsByEvidence])).toEqual([
      ['n1', { root: 2 }],
      ['n2', { root: 1 }],
    ]);
  });
});

describe('doctorReport', () => {
  const status = (name: string, different: Partial<Overview>) =>
    doctorReport(overview(different), period).checks.find((check) => check.name === name);

  it('is content with a right set-up', () => {
    expect(doctorReport(overview(), period).checks.filter((check) => check.status !== 'ok')).toEqual([]);
  });

  it('says so when nothing has come', () => {
    expect(status('input', { sources: [], facts: [], execs: [] })).toMatchObject({ status: 'unknown' });
  });

  it.each<[string, string, Partial<Overview>, string, string]>([
    ['lineage-rules', 'fail', { facts: [fact('rule:forked')] }, 'no program starts', 'lineage rules'],
    ['lineage-rules', 'warn', { facts: [fact('rule:started')] }, 'no forks', 'lineage rules'],
    ['fields', 'fail', { facts: [fact('rule:started'), fact('missing:proc.pvpid')] }, 'proc.pvpid', 'append_output'],
    ['fields', 'unknown', { facts: [] }, 'no event', ''],
    [
      'rule-matching',
      'fail',
      { hidden: [{ cluster: 'c', node: 'n1', count: 2, rule: 'Terminal shell' }] },
      'Terminal shell',
      'rule_matching: all',
    ],
    ['webhook', 'fail', { execs: [execs({ withoutWebhook: 3 })] }, '3 of 3', 'MutatingWebhookConfiguration'],
    ['webhook', 'warn', { execs: [execs({ withoutWebhook: 1 })] }, '1 of 3', 'MutatingWebhookConfiguration'],
    ['audit-level', 'fail', { facts: [] }, 'none of an exec', 'audit policy'],
    ['audit-level-debug', 'warn', { facts: [fact('audit-level:create:Metadata', '')] }, 'webhook only', 'Request'],
    ['injected-execs', 'warn', { execs: [execs({ silent: 2, silentExample: 's1' })] }, 's1', 'env'],
    [
      'dead-letters',
      'warn',
      { deadLetters: [{ stage: 'falco-ingester', reason: 'invalid-event', count: 3, last: '' }] },
      'invalid-event (3)',
      'dead-letters',
    ],
  ])('%s: %s', (name, expected, different, message, fix) => {
    const check = status(name, different);
    expect(check).toMatchObject({ status: expected, message: expect.stringContaining(message) });
    expect(check?.fix ?? '').toContain(fix);
  });
});
