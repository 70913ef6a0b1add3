import { readFileSync } from 'node:fs';
import { parseJson } from '@whoran/contracts';
import type { Metrics } from './metrics.ts';

/** The version of whoran: all projects have the same. */
export const VERSION = readVersion();

/** Tells Prometheus which version runs, so that a change of behaviour can be laid beside a deployment. */
export function tellBuild(metrics: Metrics): void {
  const info = metrics.gauge('whoran_build_info', 'Always 1; the labels say which version runs, and on which Node.js.', [
    'version',
    'node',
  ]);
  info.set({ version: VERSION, node: process.version }, 1);
}

function readVersion(): string {
  const manifest = parseJson(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version = manifest.ok ? (manifest.value as { readonly version?: unknown } | null)?.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}
