import { createHash } from 'node:crypto';
import { type Attribution, type AttributedEvent, withoutTokens } from '@whoran/contracts';
import { printInstant, truncate } from '@whoran/kernel';
import type { Misuse, ProcessRecord, Program } from '@whoran/lineage';
import { attributedEvent } from './attributed-event.ts';

/** What is alerted, beside the process that it is about. */
export type Finding =
  | { readonly kind: Misuse['kind']; readonly token: string; readonly victim: string | undefined }
  | { readonly kind: 'unattributed-exec'; readonly reason: string };

const RULES = {
  'forged-token': { rule: 'Forged session token', priority: 'Critical', about: 'A session token that nobody signed for this pod was used' },
  'replayed-token': {
    rule: 'Replayed session token',
    priority: 'Critical',
    about: "A session token was used by a process that is not its session's",
  },
  'stolen-token': {
    rule: 'Stolen session token',
    priority: 'Critical',
    about: 'A session token was used that never started a session of its own',
  },
  'unattributed-exec': {
    rule: 'Exec without attribution',
    priority: 'Notice',
    about: 'The container runtime started a process that no request to the API server explains',
  },
} as const;

const MAX_COMMAND = 1024;

/** Names an alert by what it is about, so that it is the same however often and in whatever order it is found. */
export function alertId(cluster: string, node: string, process: ProcessRecord, finding: Finding): string {
  const { container, pid, start, firstStart } = process;
  // Probes come again and again: the same program in the same container is one alert.
  const subject =
    finding.kind === 'unattributed-exec'
      ? [container.namespace, container.pod, container.name, firstStart?.value.exe, firstStart?.value.args]
      : [container.id, pid, start, finding.token];
  const scope = finding.kind === 'unattributed-exec' ? finding.kind : 'token';
  return createHash('sha256')
    .update([scope, cluster, node, ...subject].join('\0'))
    .digest('hex')
    .slice(0, 32);
}

/** What an alert is made of. */
export interface OwnAlert {
  readonly id: string;
  readonly cluster: string;
  readonly node: string;
  readonly process: ProcessRecord;
  readonly finding: Finding;
  readonly attribution: Attribution;
  readonly receivedAt: string;
  readonly revision: number;
  /** The finding turned out to be wrong: the last revision says so. */
  readonly withdrawn: boolean;
}

/** An alert of the resolver itself, in Falco's form, with source `whoran`. */
export function ownAlertEvent(alert: OwnAlert): AttributedEvent {
  const { process, finding, withdrawn } = alert;
  const { rule, about } = RULES[finding.kind];
  const priority = withdrawn ? 'Debug' : RULES[finding.kind].priority;
  const at = process.firstStart?.at ?? process.start;
  const fields = fieldsOfProcess(process, commandOf(process, finding));
  const text = `${about} (${withdrawn ? 'withdrawn: more is known now' : detailOf(finding)} ${placeOf(fields)})`;
  const event = {
    rule,
    priority,
    source: 'whoran',
    time: printInstant(at),
    hostname: alert.node,
    output: `${printInstant(at)}: ${priority} ${text}`,
    message: text,
    tags: ['whoran', finding.kind, ...(withdrawn ? ['withdrawn'] : [])],
    output_fields: { 'evt.time.iso8601': at, ...fields },
    whoran: { id: alert.id, cluster: alert.cluster, node: alert.node, receivedAt: alert.receivedAt },
  };
  const attributed = attributedEvent(event, alert.attribution, alert.revision);
  if (finding.kind === 'unattributed-exec' || finding.victim === undefined) return attributed;
  return { ...attributed, output_fields: { ...attributed.output_fields, 'exec.victim_session': finding.victim } };
}

function fieldsOfProcess({ container, pid }: ProcessRecord, command: string) {
  return {
    'container.id': container.id,
    'container.name': container.name ?? '',
    'k8s.ns.name': container.namespace ?? '',
    'k8s.pod.name': container.pod ?? '',
    'proc.pid': pid,
    'proc.cmdline': command,
  };
}

function placeOf(fields: ReturnType<typeof fieldsOfProcess>): string {
  const pod = `${fields['k8s.ns.name']}/${fields['k8s.pod.name']}`;
  return `command=${fields['proc.cmdline']} pod=${pod} container=${fields['container.name']}`;
}

function detailOf(finding: Finding): string {
  return finding.kind === 'unattributed-exec' ? `reason=${finding.reason}` : `victim_session=${finding.victim ?? 'none'}`;
}

function commandOf(process: ProcessRecord, finding: Finding): string {
  const shown = finding.kind === 'unattributed-exec' ? process.firstStart?.value : programWith(process, finding.token);
  return shown ? truncate(`${shown.name} ${withoutTokens(shown.args)}`.trim(), MAX_COMMAND) : '';
}

/** The program that the token was given to, or the one that ran when it showed. */
function programWith({ programs, tokens }: ProcessRecord, token: string): Program | undefined {
  const inArguments = programs.find(({ value }) => value.args.includes(token));
  const shownAt = tokens.find(({ value }) => value.text === token)?.at;
  const running = programs.findLast(({ at }) => shownAt !== undefined && at <= shownAt);
  return (inArguments ?? running ?? programs[0])?.value;
}
