import { readFileSync, statSync } from 'node:fs';
import { type Clock, ConfigInvalid, type Issue, type Logger, type Result, err, messageOf, ok, printIssue } from '@whoran/kernel';
import type { Shutdown } from '@whoran/service-kit';

/** Milliseconds between looks at the file. */
const INTERVAL = 2000;

/** How a settings file is used. */
export interface SettingsFileOptions<T> {
  /** Without a path the file is as if it were empty, for ever. */
  readonly path: string | undefined;
  readonly parse: (text: string) => Result<T, readonly Issue[]>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
  /** Told after each attempt whether what the file says is in use. */
  readonly onLoad?: (good: boolean) => void;
}

/** What a file says, read again when it changes. */
export interface SettingsFile<T> {
  current(): T;
}

/** Reads a file and follows it. Throws ConfigInvalid with every problem if it cannot be used; later, the old content stays. */
export function openSettingsFile<T>(options: SettingsFileOptions<T>): SettingsFile<T> {
  const { path, parse } = options;
  const first = path === undefined ? parse('') : load(path, parse);
  if (!first.ok) throw new ConfigInvalid(first.error.map((issue) => `${path ?? ''}: ${printIssue(issue)}`).join('\n'));
  let content = first.value;
  options.onLoad?.(true);
  if (path !== undefined) {
    follow(path, options, () => {
      const next = load(path, parse);
      if (next.ok) content = next.value;
      report(path, next, options);
    });
  }
  return { current: () => content };
}

function report(
  path: string,
  result: Result<unknown, readonly Issue[]>,
  options: Pick<SettingsFileOptions<unknown>, 'logger' | 'onLoad'>,
): void {
  if (result.ok) options.logger.info('settings-file.reloaded', { path });
  else options.logger.error('settings-file.reload-failed', { path, issues: result.error.map(printIssue) });
  options.onLoad?.(result.ok);
}

/** Looks again and again: Kubernetes replaces mounted files by renaming links, which notices of the kernel miss. */
function follow(path: string, options: Pick<SettingsFileOptions<unknown>, 'clock' | 'shutdown'>, reload: () => void): void {
  let last = fingerprint(path);
  const look = () => {
    const now = fingerprint(path);
    if (now !== last) {
      last = now;
      reload();
    }
    cancel = options.clock.schedule(INTERVAL, look);
  };
  let cancel = options.clock.schedule(INTERVAL, look);
  options.shutdown.add('settings-file', () => cancel());
}

function load<T>(path: string, parse: (text: string) => Result<T, readonly Issue[]>): Result<T, readonly Issue[]> {
  const text = read(path);
  return text.ok ? parse(text.value) : err([{ code: 'unreadable-file', message: text.error }]);
}

function read(path: string): Result<string, string> {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)));
  } catch (error) {
    return err(`cannot be read: ${messageOf(error)}`);
  }
}

function fingerprint(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return ''; // gone or out of reach: reading it, which follows, says why
  }
}
