import { createHash } from 'node:crypto';
import { type ExecSession, encodeJson } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';
import type { ReportRow } from '../store/rows.ts';
import { eventTime } from './event-time.ts';
import type { Intake } from './event-rows.ts';
import { LIMITS, fitName } from './fit-text.ts';

const MAX_WORDS = 2000;
const MAX_LIST = 200;

/** The row of a report about a session, with what it holds bounded and its command redacted. */
export function reportRow(report: ExecSession, { redactor, now }: Intake): ReportRow {
  const body = fitReport(report, (argv) => redactor.argv(argv));
  return {
    cluster: body.cluster,
    id: body.id,
    observer: body.observer,
    phase: body.phase,
    revision: Math.min(body.revision, Number.MAX_SAFE_INTEGER),
    requestedNs: eventTime(now, body.requestedAt),
    storedMs: now,
    twinKey: twinKey(report),
    digest: sha256(encodeJson(body)),
    body,
  };
}

/** Taken before redaction, so that two sessions which differ in a secret only stay two. */
function twinKey({ cluster, user, namespace, pod, kind, command }: ExecSession): string {
  // What runs in a debug container stands in the pod, which the webhook's report does not repeat.
  const argv = kind === 'debug-pod' || kind === 'ephemeral-container' ? [] : (command ?? []);
  const text = [cluster, user.username, namespace, pod, kind, ...argv].map((part) => `${part.length}:${part}`).join('');
  return sha256(text);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function fitReport(report: ExecSession, redactArgv: (argv: readonly string[]) => readonly string[]): ExecSession {
  const { user, command, audit } = report;
  const { extra: _extra, ...identity } = user;
  return {
    ...report,
    cluster: fitName(report.cluster) ?? '',
    namespace: fitName(report.namespace) ?? '',
    pod: fitName(report.pod) ?? '',
    user: { ...identity, groups: user.groups.slice(0, MAX_LIST) },
    ...(command === undefined ? {} : { command: fitArgv(redactArgv(fitArgv(command, LIMITS.commandLine * 2)), LIMITS.commandLine) }),
    ...(audit === undefined ? {} : { audit: { ...audit, sourceIps: audit.sourceIps.slice(0, MAX_LIST) } }),
  };
}

/** Keeps the first words of an argv, so many that they have at most `limit` characters. */
function fitArgv(argv: readonly string[], limit: number): string[] {
  const kept: string[] = [];
  let room = limit;
  for (const word of argv.slice(0, MAX_WORDS)) {
    if (room <= 0) return [...kept, '…'];
    kept.push(truncate(word, Math.max(2, room)));
    room -= word.length + 1;
  }
  return argv.length > MAX_WORDS ? [...kept, '…'] : kept;
}
