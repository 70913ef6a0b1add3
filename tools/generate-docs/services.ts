import { globSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CommonConfig, ServiceDefinition } from '@whoran/service-kit';

/** Every service of the repository, by name: whatever services/*\/src/index.ts exports that looks like a definition. */
export async function allServices(): Promise<readonly ServiceDefinition<CommonConfig>[]> {
  const services: ServiceDefinition<CommonConfig>[] = [];
  for (const file of globSync('services/*/src/index.ts').sort()) {
    const exported = Object.values((await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>);
    const definitions = exported.filter(isDefinition);
    if (definitions.length === 0) throw new Error(`${dirname(file)}: index.ts exports no ServiceDefinition`);
    services.push(...definitions);
  }
  return services.sort((a, b) => a.name.localeCompare(b.name));
}

function isDefinition(value: unknown): value is ServiceDefinition<CommonConfig> {
  return typeof value === 'object' && value !== null && ['name', 'config', 'module', 'http'].every((key) => key in value);
}
