import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { ConfigInvalid, type Issue, type Result, err, ok, parseDuration, printIssue } from '@whoran/kernel';
import { validateSync } from 'class-validator';
import { type SettingSpec, settingsOf } from './setting.ts';

/** The environment: variable names and their texts. */
export type Environment = Readonly<Record<string, string | undefined>>;

type ConfigClass<T> = new () => T;

/** What else a process asks of its settings, beside what their class says. */
export interface ConfigRules<T> {
  /** Classes whose variables may also be set. */
  readonly others?: readonly ConfigClass<object>[];
  /** What is wrong with the settings as they are used here; `item` names the variable. */
  readonly check?: (settings: T) => readonly Issue[];
}

/**
 * Reads and checks the settings of a service. Every problem is reported at once, by the variable's name and never by its
 * value. Throws ConfigInvalid with one line per problem.
 */
export function loadConfig<T extends object>(config: ConfigClass<T>, env: Environment, rules: ConfigRules<T> = {}): T {
  const { settings, issues } = readConfig(config, env);
  const known = new Set(issues.map(({ item }) => item));
  const broken = (rules.check?.(settings) ?? []).filter(({ item }) => !known.has(item));
  const all = [...issues, ...broken, ...unknownVariables(env, [config, ...(rules.others ?? [])])];
  if (all.length === 0) return settings;
  throw new ConfigInvalid(all.map(printIssue).join('\n'));
}

interface Read<T> {
  readonly settings: T;
  readonly issues: readonly Issue[];
}

function readConfig<T extends object>(config: ConfigClass<T>, env: Environment): Read<T> {
  const instance = new config();
  const fields = instance as Record<string, unknown>;
  const issues: Issue[] = [];
  for (const [field, spec] of settingsOf(config)) {
    const text = textOf(spec, env, issues);
    if (text === undefined) continue;
    const value = convert(spec, text);
    if (value.ok) fields[field] = value.value;
    else issues.push({ code: 'invalid-setting', item: spec.env, message: value.error });
  }
  const specs = settingsOf(config);
  for (const problem of validateSync(instance, { forbidUnknownValues: false })) {
    const item = specs.get(problem.property)?.env ?? problem.property;
    const messages = Object.values(problem.constraints ?? { invalid: 'is invalid' });
    for (const message of messages) issues.push({ code: 'invalid-setting', item, message: message.replace(`${problem.property} `, '') });
  }
  return { settings: Object.freeze(instance), issues };
}

function textOf(spec: SettingSpec, env: Environment, issues: Issue[]): string | undefined {
  const text = env[spec.env];
  const file = spec.kind === 'secret' ? env[`${spec.env}_FILE`] : undefined;
  if (!file) return text === '' ? undefined : text;
  if (text) issues.push({ code: 'invalid-setting', item: spec.env, message: `is given twice: unset it or ${spec.env}_FILE` });
  const secret = readSecret(file);
  if (secret.ok) return secret.value;
  issues.push({ code: 'invalid-setting', item: `${spec.env}_FILE`, message: secret.error });
  return undefined;
}

function readSecret(file: string): Result<string, string> {
  try {
    const secret = readFileSync(file, 'utf8').trim();
    // Without a secret a service may stand open, which is not what a person wants who names a file of one.
    return secret === '' ? err('names a file without a secret in it') : ok(secret);
  } catch (error) {
    // The code alone: the message has the path, and that is the secret itself if the two variables were mixed up.
    return err(`names a file that cannot be read (${codeOf(error)})`);
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
}

function convert(spec: SettingSpec, text: string): Result<unknown, string> {
  switch (spec.kind) {
    case 'text':
    case 'secret':
      return ok(text);
    case 'list':
      return ok(
        text
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== ''),
      );
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? ok(Number(text)) : err('must be a whole number');
    case 'boolean':
      return /^(true|false)$/.test(text) ? ok(text === 'true') : err('must be true or false');
    case 'duration': {
      const millis = parseDuration(text);
      return millis === undefined ? err('must be a duration such as 500ms, 30s, 5m, 24h or 90d') : ok(millis);
    }
  }
}

function unknownVariables(env: Environment, configs: readonly ConfigClass<object>[]): Issue[] {
  const known = new Set<string>();
  for (const spec of configs.flatMap((config) => [...settingsOf(config).values()])) {
    known.add(spec.env);
    if (spec.kind === 'secret') known.add(`${spec.env}_FILE`);
  }
  return Object.keys(env)
    .filter((name) => name.startsWith('WHORAN_') && !known.has(name))
    .map((item) => ({ code: 'unknown-setting', item, message: 'is not a setting of this service; see docs/settings.md' }));
}
