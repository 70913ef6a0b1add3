import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@whoran/kernel';
import type { Shutdown } from '@whoran/service-kit';
import type { AuditSource } from '../run/options.ts';
import { type AuditTarget, openAuditDoor } from './audit-door.ts';

/** API servers keep audit events back for up to 30 s by default. */
const WAIT = 35_000;

/** How audit events come in. */
export interface AuditedOptions {
  /** Absent: the API server was told to post to the ingester. */
  readonly source: AuditSource | undefined;
  /** Loopback, or else the door is open to other machines. */
  readonly host: string;
  readonly target: AuditTarget;
  readonly shutdown: Shutdown;
}

/** Answers why there are no audit events of the test, or nothing once one has come. */
export type AwaitAudit = (hasCome: () => boolean, signal: AbortSignal) => Promise<string | undefined>;

/** Opens the way for audit events. Whether they come can be told when the test has done something. */
export async function audited({ source, host, target, shutdown }: AuditedOptions): Promise<AwaitAudit> {
  if (source?.kind === 'none') return async () => 'there are no audit events (--no-audit)';
  if (source?.kind !== 'door')
    return (hasCome, signal) =>
      waitFor(hasCome, signal, source === undefined ? 'the API server posted none' : `${source.path} has none of this test`);
  const { port } = source;
  try {
    const door = await openAuditDoor({ host: host === '127.0.0.1' ? host : '0.0.0.0', port }, target);
    shutdown.add('audit door', () => door.close());
  } catch (error) {
    return async () => `cannot listen for audit events on port ${port} (${messageOf(error)}): name another with --audit-port`;
  }
  return (hasCome, signal) =>
    waitFor(hasCome, signal, `the API server posted none to port ${port} of this machine (--audit-port, --audit-log)`);
}

async function waitFor(hasCome: () => boolean, signal: AbortSignal, why: string): Promise<string | undefined> {
  for (const until = Date.now() + WAIT; Date.now() < until;) {
    if (hasCome()) return undefined;
    await sleep(250, undefined, { signal });
  }
  return why;
}
