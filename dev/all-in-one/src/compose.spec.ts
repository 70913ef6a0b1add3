import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readArguments } from './arguments.ts';
import { readSettings } from './settings.ts';

interface ComposeService {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: string }>>;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const compose = parse(readFileSync(`${root}docker-compose.yml`, 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const services = Object.entries(compose.services);

/** What Compose makes of a service's environment when nothing optional is set. */
function environmentOf(name: string): Record<string, string> {
  const entries = Object.entries(compose.services[name]?.environment ?? {});
  const filled = (value: string) => value.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replace(/\$\{\w+:\?[^}]*\}/g, 'a-secret-of-somebody');
  return Object.fromEntries(entries.map(([key, value]) => [key, filled(String(value))]));
}

describe('docker-compose.yml', () => {
  it('sets what its processes know, and nothing else', () => {
    expect(() => readSettings(environmentOf('whoran'))).not.toThrow();
    const { falco, router } = readSettings(environmentOf('prepare'), { apart: true });
    expect([falco.kafkaBrokers, router.redisUrl]).toEqual([['kafka:9092'], 'redis://redis:6379']);
  });

  it('runs services and options that there are', () => {
    const commands = services.map(([, { command = [] }]) => command.join(' '));
    const named = commands.flatMap((command) => /service -- ([a-z-]+)/.exec(command)?.[1] ?? []);
    expect(named).toHaveLength(6);
    for (const name of named) {
      expect(existsSync(`${root}services/${name}/src/main.ts`)).toBe(true);
      expect(compose.services[name]?.command?.join(' ')).toContain(`. /data/env/${name}.env && exec npm run -s service -- ${name}`);
    }
    for (const command of commands) {
      const options = /npm start -- (--[a-z-]+)/.exec(command)?.[1];
      if (options !== undefined) expect(readArguments([options], '.').ok).toBe(true);
    }
  });

  it('starts one process unless told otherwise, and refers to nothing that is missing', () => {
    expect(services.filter(([, { profiles }]) => !profiles).map(([name]) => name)).toEqual(['postgres', 'whoran']);
    for (const [, { depends_on: needed = [], volumes = [], image }] of services) {
      expect(image).toMatch(/^[a-z/]+:\d/);
      for (const name of Array.isArray(needed) ? needed : Object.keys(needed)) expect(compose.services).toHaveProperty([name]);
      for (const volume of volumes.filter((each) => !each.startsWith('.')))
        expect(compose.volumes).toHaveProperty(volume.split(':')[0] ?? '');
    }
  });
});
