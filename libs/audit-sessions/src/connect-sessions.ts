import { type AuditEvent, type ExecSession, type SessionKind, classifyCopy } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';
import { queryOf } from './request-query.ts';
import { refusalOf } from './refusal.ts';
import { type SessionBase, type SessionOptions, sessionBase } from './session-report.ts';

const KINDS = { exec: 'exec', attach: 'attach', portforward: 'port-forward' } as const;
const MAX_ARGUMENTS = 100_000;

/** Sessions of exec, attach and port-forward: started when the API server switched protocols, ended when it was done. */
export function connectSessions(event: AuditEvent, subresource: keyof typeof KINDS, options: SessionOptions): ExecSession[] {
  const { namespace, name: pod, uid } = event.objectRef ?? {};
  if (namespace === undefined || pod === undefined || (event.verb !== 'get' && event.verb !== 'create')) return [];
  const what = subresource === 'portforward' ? { kind: KINDS[subresource] } : whatRuns(event.requestURI, KINDS[subresource]);
  const session = { ...sessionBase(event, options), ...what, namespace, pod, ...(uid === undefined ? {} : { podUid: uid }) };
  return reportsOf(event, session);
}

function reportsOf(event: AuditEvent, session: SessionBase & Pick<ExecSession, 'kind' | 'namespace' | 'pod'>): ExecSession[] {
  const endedAt = event.stageTimestamp;
  // The panic hides what was answered before it. Whatever ran is over; that it was refused would be a guess.
  if (event.stage === 'Panic')
    return [{ ...session, phase: 'ended', endedAt, reason: 'the API server failed while it served the request; what ran is not known' }];
  if ((event.responseStatus?.code ?? 101) >= 400) return [{ ...session, phase: 'refused', reason: refusalOf(event) }];
  // Only ResponseStarted knows the start; a report without it has a lower revision, so that it never hides the time.
  if (event.stage === 'ResponseStarted') return [{ ...session, phase: 'started', revision: 1, startedAt: event.stageTimestamp }];
  if (event.stage === 'ResponseComplete')
    return [
      { ...session, phase: 'started' },
      { ...session, phase: 'ended', endedAt },
    ];
  return [];
}

/** The command as the user sent it: the audit event has the request from before the webhook changed it. */
function whatRuns(requestUri: string, kind: SessionKind): Pick<ExecSession, 'kind' | 'command' | 'copy' | 'container' | 'tty' | 'stdin'> {
  const query = queryOf(requestUri);
  const first = (name: string) => query.find(([key]) => key === name)?.[1];
  const container = first('container');
  const common = {
    ...(container === undefined || container === '' ? {} : { container: truncate(container, 253) }),
    tty: isTrue(first('tty')),
    stdin: isTrue(first('stdin')),
  };
  if (kind !== 'exec') return { kind, ...common };
  const command = query
    .filter(([key]) => key === 'command')
    .slice(0, MAX_ARGUMENTS)
    .map(([, value]) => value);
  const copy = classifyCopy(command);
  return { kind: copy ? 'copy' : 'exec', command, ...(copy ? { copy } : {}), ...common };
}

/** Kubernetes reads every value of a query parameter as true but its absence, `false` and `0`. */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && value.toLowerCase() !== 'false' && value !== '0';
}
