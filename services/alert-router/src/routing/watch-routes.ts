import { type Clock, ConfigInvalid, type Logger, type Millis, type Result, err, ok, printIssue } from '@whoran/kernel';
import type { LineWriter } from '@whoran/outputs';
import type { RouterMetrics } from '../metrics.ts';
import { type Routing, STDOUT_ROUTING, loadRouting } from './load-routing.ts';
import { SettingsFiles } from './settings-files.ts';

/** What the routes file needs to be read and watched. */
export interface WatchOptions {
  /** Empty for none: then everything goes to standard output and nothing is watched. */
  readonly path: string;
  readonly stdoutFormat: 'text' | 'json';
  readonly stdout: LineWriter;
  /** How often the files are looked at. */
  readonly interval: Millis;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RouterMetrics;
  /** Takes each new routing, when the files have changed and are right. */
  readonly onChange: (routing: Routing) => void;
}

/** Reads the routes file and follows its changes; a wrong one is told and the former stays. Throws ConfigInvalid at the start. */
export function watchRoutes(options: WatchOptions): { readonly routing: Routing; readonly stop: () => void } {
  const first = load(options);
  if (!first.routing.ok) throw new ConfigInvalid(first.routing.error.join('\n'));
  options.metrics.routesValid.set(1);
  return { routing: first.routing.value, stop: options.path === '' ? () => {} : watch(options, first.files) };
}

function watch(options: WatchOptions, first: SettingsFiles): () => void {
  const { clock, interval, metrics, logger, path, onChange } = options;
  let files = first;
  const look = () => {
    cancel = clock.schedule(interval, look);
    if (!files.changed()) return;
    const now = load(options);
    files = now.files;
    metrics.routesValid.set(now.routing.ok ? 1 : 0);
    metrics.reloads.inc({ outcome: now.routing.ok ? 'loaded' : 'refused' });
    if (!now.routing.ok) return logger.error('routes.reload-failed', { path, issues: now.routing.error });
    onChange(now.routing.value);
    logger.info('routes.reloaded', { path, receivers: now.routing.value.receivers.length });
  };
  let cancel = clock.schedule(interval, look);
  return () => cancel();
}

function load({ path, stdoutFormat, stdout, clock }: WatchOptions): { files: SettingsFiles; routing: Result<Routing, readonly string[]> } {
  const files = new SettingsFiles();
  const text = path === '' ? ok(STDOUT_ROUTING(stdoutFormat)) : files.read(path);
  if (!text.ok) return { files, routing: err([`WHORAN_ROUTER_ROUTES_FILE: ${text.error}`]) };
  const routing = loadRouting(text.value, { stdout, clock, readFile: (file) => files.read(file) });
  return { files, routing: routing.ok ? routing : err(routing.error.map((issue) => `${path}: ${printIssue(issue)}`)) };
}
