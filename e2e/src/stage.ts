import type { Kubectl } from './cluster/kubectl.ts';
import type { PodShape } from './cluster/pods.ts';
import type { CheckList } from './run/check-list.ts';
import type { Cli } from './whoran/cli.ts';
import type { Whoran } from './whoran/start-whoran.ts';

/** What every step works on. */
export interface Stage {
  readonly checks: CheckList;
  readonly signal: AbortSignal;
  readonly namespace: string;
  readonly shape: PodShape;
  readonly bareCommand: readonly string[];
  readonly admin: Kubectl;
  /** In a group that may enter pods. */
  readonly jane: Kubectl;
  /** With quotes, spaces, `$` and letters beyond ASCII in the name. */
  readonly awkward: Kubectl;
  /** A service account. */
  readonly robot: Kubectl;
  /** The administrator, acting as somebody. */
  readonly oncall: Kubectl;
  /** In the group that nobody keeps out. */
  readonly rescuer: Kubectl;
  /** May not enter pods. */
  readonly visitor: Kubectl;
  readonly whoran: Whoran;
  readonly cli: Cli;
  /** Why there are no audit events, or nothing if they come. */
  readonly auditMissing: string | undefined;
}

/** The pod with a shell, and the one without `env`. */
export const PODS = { shell: 'shell-0', bare: 'bare-0' } as const;

/** A check of what only audit events show. Where there are none, it is listed as not run. */
export async function auditCheck({ checks, auditMissing }: Stage, title: string, run: () => Promise<string | void>): Promise<void> {
  if (auditMissing === undefined) await checks.check(title, run);
  else checks.notRun(title, auditMissing);
}
