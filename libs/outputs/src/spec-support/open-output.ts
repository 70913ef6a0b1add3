import type { Notification } from '@whoran/contracts';
import { type Clock, type Issue, VirtualClock, err, ok } from '@whoran/kernel';
import type { Outcome, Output, OutputHost, OutputKind } from '@whoran/outputs';
import { aNotification } from '@whoran/testing';

/** What an output is opened with in a spec. */
export interface SpecHost {
  /** The texts of the files that settings may name. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the environment holds. */
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly concurrency?: number;
}

function hostOf({ files = {}, env = {}, clock = new VirtualClock(), concurrency = 2 }: SpecHost): OutputHost {
  const readFile = (path: string) => {
    const text = files[path];
    return text === undefined ? err('names a file that cannot be read: ENOENT') : ok(text);
  };
  return { stdout: { write: () => Promise.resolve() }, clock, concurrency, readFile, readEnv: (name) => env[name] };
}

/** Opens an output whose settings are right. */
export function openOutput(kind: OutputKind, settings: unknown, host: SpecHost = {}): Output {
  const output = kind.open(settings, hostOf(host));
  if (!output.ok) throw new Error(JSON.stringify(output.error));
  return output.value;
}

/** The problems of settings that cannot be used. */
export function issuesOf(kind: OutputKind, settings: unknown, host: SpecHost = {}): readonly Issue[] {
  const output = kind.open(settings, hostOf(host));
  return output.ok ? [] : output.error;
}

/** One attempt, of 10 seconds unless told otherwise. */
export function attempt(output: Output, notification: Notification = aNotification(), limit = 10_000): Promise<Outcome> {
  return output.send(notification, { signal: AbortSignal.timeout(limit) });
}
