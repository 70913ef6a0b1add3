import { CommonConfig, type SettingSpec, StatefulConfig, settingsOf } from '@whoran/service-kit';
import { allServices } from './services.ts';
import { page, table } from './table.ts';

const INTRODUCTION = `Settings are environment variables. A service refuses to start with a wrong or unknown \`WHORAN_\` variable and names every
problem at once. Kinds: \`duration\` is a number with ms, s, m, h or d; \`list\` is separated by commas; a \`secret\` can also stand in a
file that \`<name>_FILE\` names.`;

/** docs/settings.md: every setting of every service. */
export async function settingsPage(): Promise<string> {
  const [common, shared] = [settingsOf(CommonConfig), settingsOf(StatefulConfig)];
  const services = await allServices();
  const stateful = services.filter(({ config }) => config.prototype instanceof StatefulConfig).map(({ name }) => name);
  const parts = [
    `## Every service\n\n${rows(CommonConfig, () => true)}`,
    `## Services with shared state\n\n${stateful.join(', ')}.\n\n${rows(StatefulConfig, (field) => !common.has(field))}`,
  ];
  for (const { name, config } of services) parts.push(`## ${name}\n\n${rows(config, (field) => !shared.has(field))}`);
  return page('Settings', INTRODUCTION, ...parts);
}

function rows(config: new () => object, wanted: (field: string) => boolean): string {
  const defaults = new config() as Record<string, unknown>;
  const settings = [...settingsOf(config)].filter(([field]) => wanted(field));
  if (settings.length === 0) return 'No settings of its own.';
  return table(
    ['Variable', 'Kind', 'Default', 'About'],
    settings.map(([field, spec]) => [`\`${spec.env}\``, spec.kind, printDefault(spec, defaults[field]), spec.about]),
  );
}

function printDefault(spec: SettingSpec, value: unknown): string {
  if (spec.kind === 'duration' && typeof value === 'number') return `\`${printDuration(value)}\``;
  const text = Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : JSON.stringify(value ?? '').replace(/^""$/, '');
  return text === '' ? '' : `\`${text}\``;
}

function printDuration(millis: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const;
  const unit = units.find(([, size]) => millis >= size && millis % size === 0);
  return unit ? `${millis / unit[1]}${unit[0]}` : `${millis}ms`;
}
