import { AlertRouterConfig, alertRouter } from '@whoran/alert-router';
import type { Bus } from '@whoran/bus';
import { SilentLogger } from '@whoran/kernel';
import { NoTracing, SystemClock, startService } from '@whoran/service-kit';

const TOKEN = 'a-token-for-measurements';

/** Starts an alert-router on a bus in this process, with all it remembers in memory; returns where its API is, and how to be let in. */
export async function startEmbeddedRouter(bus: Bus, routesFile: string): Promise<{ readonly url: string; readonly authorization: string }> {
  // No rules: every event that comes is an alert, as it is for falcosidekick.
  const settings = { port: 0, host: '127.0.0.1', apiTokens: `bench:${TOKEN}`, routesFile, rulesFiles: [] };
  const config = Object.assign(new AlertRouterConfig(), settings);
  const platform = { bus, clock: new SystemClock(), logger: new SilentLogger(), tracing: new NoTracing() };
  const { url } = await startService(alertRouter, config, platform);
  return { url, authorization: `Bearer ${TOKEN}` };
}
