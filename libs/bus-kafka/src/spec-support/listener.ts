import type { Bus, Subscribed, Subscription } from '@whoran/bus';
import { type ExecSession, topics } from '@whoran/contracts';
import { anExecSession } from '@whoran/testing';

/** A session whose id says which one it is; sessions of one pod keep their order. */
export const session = (pod: string, id: number | string) => anExecSession({ id: String(id), pod });

/** `count` sessions of each of `pods` pods, the pods taking turns. */
export function sessions(pods: number, count: number, from = 0): ExecSession[] {
  return Array.from({ length: pods * count }, (_, index) => session(`pod-${index % pods}`, from + Math.floor(index / pods)));
}

/** The name of a session in what specs expect. */
export const nameOf = ({ pod, id }: ExecSession) => `${pod}#${id}`;

/** Listens to sessions, and keeps what it handled. */
export async function listenTo(
  bus: Bus,
  group: string,
  different: Partial<Subscription<ExecSession>> = {},
): Promise<{ readonly seen: ExecSession[]; readonly subscribed: Subscribed }> {
  const seen: ExecSession[] = [];
  const handle: Subscription<ExecSession>['handle'] = async (batch, context) => {
    const verdicts = await different.handle?.(batch, context);
    seen.push(...batch);
    return verdicts;
  };
  const subscribed = await bus.subscribe({ group, topic: topics.execSessions, ...different, handle });
  return { seen, subscribed };
}

/** Whether the sessions of every pod came in order, what comes again left out. */
export function inOrder(seen: readonly ExecSession[]): boolean {
  const last = new Map<string, number>();
  return seen.every(({ pod, id }) => {
    const before = last.get(pod) ?? -1;
    last.set(pod, Math.max(before, Number(id)));
    return Number(id) <= before + 1;
  });
}
