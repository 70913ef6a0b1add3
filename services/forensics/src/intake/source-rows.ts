import type { AttributedEvent, AuditEvent, ExecSession } from '@whoran/contracts';
import { type Millis, type Nanos, nanosOfMillis } from '@whoran/kernel';
import type { FactRow, SourceKind, SourceRow } from '../store/rows.ts';
import { isCommand, isFork, isLineage } from './event-rows.ts';
import { eventTime } from './event-time.ts';
import { fitName } from './fit-text.ts';

/** What a batch tells about where its events come from. */
export interface Sightings {
  readonly sources: readonly SourceRow[];
  readonly facts: readonly FactRow[];
}

/** The fields that attribution rests on: every event of a lineage rule must have them, if only as null. */
export const LINEAGE_FIELDS = [
  'container.id',
  'evt.num',
  'evt.res',
  'evt.type',
  'k8s.ns.name',
  'k8s.pod.name',
  'proc.args',
  'proc.cmdline',
  'proc.env[SEC_SESSION]',
  'proc.exepath',
  'proc.name',
  'proc.pid',
  'proc.pid.ts',
  'proc.ppid',
  'proc.pvpid',
  'proc.vpid',
  'thread.tid',
] as const;

const AUDITED = new Set(['exec', 'attach', 'portforward', 'ephemeralcontainers']);
const LEVELS = new Set(['Metadata', 'Request', 'RequestResponse']);

/** What Falco events tell: when the node last sent some, its lineage rules, and the fields that they lack. */
export function falcoSightings(events: readonly AttributedEvent[], now: Millis): Sightings {
  const sightings = collect(now);
  for (const event of events) {
    const { cluster, node, receivedAt } = event.whoran;
    if (event.source !== undefined && event.source !== 'syscall') continue;
    sightings.seen('falco', cluster, node, eventTime(now, event.time, receivedAt));
    if (!isLineage(event)) continue;
    const start = isCommand(event);
    if (!start && !isFork(event)) continue;
    sightings.fact(cluster, node, start ? 'rule:started' : 'rule:forked');
    for (const field of missingFields(event.output_fields, start)) sightings.fact(cluster, node, `missing:${field}`);
  }
  return sightings.all();
}

/** What audit events tell: when one last came, and at which level execs and debug containers are recorded. */
export function auditSightings(events: readonly AuditEvent[], now: Millis): Sightings {
  const sightings = collect(now);
  for (const event of events) {
    const { cluster, receivedAt } = event.whoran;
    sightings.seen('audit', cluster, '', eventTime(now, event.stageTimestamp, receivedAt));
    const { resource, subresource } = event.objectRef ?? {};
    if (resource !== 'pods' || !LEVELS.has(event.level)) continue;
    if (subresource !== undefined && AUDITED.has(subresource)) sightings.fact(cluster, '', `audit-level:${subresource}:${event.level}`);
    else if (subresource === undefined && event.verb === 'create') sightings.fact(cluster, '', `audit-level:create:${event.level}`);
  }
  return sightings.all();
}

/** What the webhook's reports tell: that it was called. */
export function webhookSightings(reports: readonly ExecSession[], now: Millis): Sightings {
  const sightings = collect(now);
  for (const report of reports) {
    if (report.observer === 'webhook') sightings.seen('webhook', report.cluster, '', eventTime(now, report.requestedAt));
  }
  return sightings.all();
}

function missingFields(fields: AttributedEvent['output_fields'], start: boolean): readonly string[] {
  const missing = LINEAGE_FIELDS.filter((field) => (field.startsWith('proc.env[') ? !hasToken(fields) : !(field in fields)));
  return start || 'evt.rawres' in fields ? missing : [...missing, 'evt.rawres'];
}

/** The prefix of the variables is a setting of the webhook. */
function hasToken(fields: AttributedEvent['output_fields']): boolean {
  return 'proc.env[SEC_SESSION]' in fields || Object.keys(fields).some((name) => /^proc\.env\[\w+SESSION\]$/.test(name));
}

function collect(now: Millis) {
  const sources = new Map<string, SourceRow>();
  const facts = new Map<string, FactRow>();
  const latest = nanosOfMillis(now);
  return {
    /** A clock that is ahead must not make its node look alive for ever: nothing is later than now. */
    seen(kind: SourceKind, clusterName: string, nodeName: string, time: Nanos): void {
      const cluster = fitName(clusterName) ?? '';
      const node = fitName(nodeName) ?? '';
      const key = `${kind}/${cluster}/${node}`;
      const at = time > latest ? latest : time;
      const known = sources.get(key);
      sources.set(key, {
        kind,
        cluster,
        node,
        firstNs: known && known.firstNs < at ? known.firstNs : at,
        lastNs: known && known.lastNs > at ? known.lastNs : at,
      });
    },
    fact(clusterName: string, nodeName: string, fact: string): void {
      const cluster = fitName(clusterName) ?? '';
      const node = fitName(nodeName) ?? '';
      facts.set(`${cluster}/${node}/${fact}`, { cluster, node, fact, lastMs: now });
    },
    all: (): Sightings => ({ sources: [...sources.values()], facts: [...facts.values()] }),
  };
}
