import { type Clock, ConfigInvalid, type Logger, type Millis, type Result, err, messageOf, ok, printIssue } from '@whoran/kernel';
import type { LineWriter, OutputKind } from '@whoran/outputs';
import { followSettings } from '../files/follow-settings.ts';
import { SettingsFiles } from '../files/settings-files.ts';
import type { RouterMetrics } from '../metrics.ts';
import { type Routing, STDOUT_ROUTING, loadRouting } from './load-routing.ts';

/** What the routes file needs to be read and watched. */
export interface WatchOptions {
  /** Empty for none: then everything goes to standard output and nothing is watched. */
  readonly path: string;
  readonly stdoutFormat: 'text' | 'json';
  readonly stdout: LineWriter;
  /** Reads a variable of the environment that the file names. */
  readonly readEnv?: (name: string) => string | undefined;
  /** Where people reach forensics. */
  readonly externalUrl?: string;
  /** The kinds of receivers that there are. */
  readonly kinds: readonly OutputKind[];
  /** How often the files are looked at. */
  readonly interval: Millis;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RouterMetrics;
  /** Takes each new routing, when the files have changed and are right. Rejects if it cannot be used yet. */
  readonly onChange: (routing: Routing) => Promise<void>;
}

/** Reads the routes file and follows its changes; a wrong one is told and the former stays. Throws ConfigInvalid at the start. */
export function watchRoutes(options: WatchOptions): { readonly routing: Routing; readonly stop: () => void } {
  const first = load(options);
  if (!first.routing.ok) throw new ConfigInvalid(first.routing.error.join('\n'));
  options.metrics.routesValid.set(1);
  const reloading = { ...options, reload: (before: SettingsFiles) => reload(options, before) };
  return { routing: first.routing.value, stop: options.path === '' ? () => {} : followSettings(first.files, reloading) };
}

/** Loads what has changed. Returns what was read; or what was read before, so that a change which could not be made is made later. */
async function reload(options: WatchOptions, before: SettingsFiles): Promise<SettingsFiles> {
  const { metrics, logger, path, onChange } = options;
  const { routing, files } = load(options);
  if (!routing.ok) {
    metrics.routesValid.set(0);
    metrics.reloads.inc({ outcome: 'refused' });
    logger.error('routes.reload-failed', { path, issues: routing.error });
    return files;
  }
  try {
    await onChange(routing.value);
  } catch (error) {
    metrics.reloads.inc({ outcome: 'delayed' });
    logger.warn('routes.reload-delayed', { path, error: messageOf(error) });
    return before;
  }
  metrics.routesValid.set(1);
  metrics.reloads.inc({ outcome: 'loaded' });
  logger.info('routes.reloaded', { path, receivers: routing.value.receivers.length });
  return files;
}

function load({ path, stdoutFormat, stdout, readEnv, externalUrl, clock, kinds }: WatchOptions): {
  files: SettingsFiles;
  routing: Result<Routing, readonly string[]>;
} {
  const files = new SettingsFiles();
  const text = path === '' ? ok(STDOUT_ROUTING(stdoutFormat)) : files.read(path);
  if (!text.ok) return { files, routing: err([`WHORAN_ROUTER_ROUTES_FILE: ${text.error}`]) };
  const routing = loadRouting(
    text.value,
    {
      stdout,
      clock,
      readFile: (file) => files.read(file),
      ...(readEnv ? { readEnv } : {}),
      ...(externalUrl === undefined ? {} : { externalUrl }),
    },
    kinds,
  );
  return { files, routing: routing.ok ? routing : err(routing.error.map((issue) => `${path}: ${printIssue(issue)}`)) };
}
