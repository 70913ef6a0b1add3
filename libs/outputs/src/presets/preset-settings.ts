import Type, { type TSchema } from 'typebox';
import type { SecretReader } from '../http/secret-reader.ts';
import type { PresetSetting } from './preset-schema.ts';

type Declared = Readonly<Record<string, PresetSetting>>;

/** The schema of a preset's own settings; a secret is `<name>_file` or `<name>_env`. */
export function settingsSchema(declared: Declared): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(declared).flatMap(([name, setting]) => schemasOf(name, setting)));
}

function schemasOf(name: string, setting: PresetSetting): [string, TSchema][] {
  if (!setting.secret) {
    const schema = valueSchema(setting);
    return [[name, setting.required ? schema : Type.Optional(schema)]];
  }
  const file = Type.String({ minLength: 1, maxLength: 4096, description: `a file with ${setting.about}` });
  const env = Type.String({
    pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$',
    description: `a variable of the environment with ${setting.about}`,
  });
  return [
    [`${name}_file`, Type.Optional(file)],
    [`${name}_env`, Type.Optional(env)],
  ];
}

function valueSchema({ type = 'text', about, pattern }: PresetSetting): TSchema {
  const text = { maxLength: 4096, ...(pattern === undefined ? {} : { pattern }) };
  switch (type) {
    case 'text':
      return Type.String({ ...text, description: about });
    case 'integer':
      return Type.Integer({ description: about });
    case 'boolean':
      return Type.Boolean({ description: about });
    case 'map':
      return Type.Record(Type.String(), Type.String(text), { description: about });
    case 'list':
      return Type.Array(Type.String(text), { maxItems: 100, description: about });
  }
}

/** Reads a preset's own settings, with defaults and what files and the environment say. Problems go to the reader. */
export function readPresetSettings(
  declared: Declared,
  settings: Readonly<Record<string, unknown>>,
  reader: SecretReader,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(declared).map(([name, setting]) => [
      name,
      setting.secret ? secretOf(name, setting, settings, reader) : (settings[name] ?? setting.default),
    ]),
  );
}

function secretOf(name: string, { required, pattern }: PresetSetting, settings: Readonly<Record<string, unknown>>, reader: SecretReader) {
  const [file, env] = [`${name}_file`, `${name}_env`].map((key) => (typeof settings[key] === 'string' ? settings[key] : undefined));
  if (required && file === undefined && env === undefined) reader.complain('', `needs ${name}_file or ${name}_env`);
  const secret = reader.secretAt(`/${name}`, { file, env });
  const readable = pattern === undefined ? /^[\x21-\x7e]*$/ : new RegExp(pattern);
  if (secret !== undefined && secret !== '' && !readable.test(secret))
    reader.complain(`/${name}_${file === undefined ? 'env' : 'file'}`, 'holds what is none');
  return secret;
}
