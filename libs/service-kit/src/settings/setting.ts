/** How the text of an environment variable becomes a value. */
export type SettingKind = 'text' | 'secret' | 'integer' | 'boolean' | 'duration' | 'list';

/** One setting of a service: the documentation is generated from this. */
export interface SettingSpec {
  /** The environment variable. A secret is also read from the file that `<name>_FILE` names. */
  readonly env: `WHORAN_${string}`;
  readonly kind: SettingKind;
  /** One or two sentences for the operator, with the unit. */
  readonly about: string;
}

type ConfigClass = abstract new (...args: never[]) => object;
const specs = new WeakMap<object, Map<string, SettingSpec>>();

/** Declares a field of a configuration class as a setting. The field's initialiser is the default. */
export function Setting(spec: SettingSpec): PropertyDecorator {
  return (target, property) => {
    const own = specs.get(target.constructor) ?? new Map<string, SettingSpec>();
    specs.set(target.constructor, own.set(String(property), spec));
  };
}

/** The settings of a configuration class and of those it extends, by field. */
export function settingsOf(config: ConfigClass): ReadonlyMap<string, SettingSpec> {
  const parent: unknown = Object.getPrototypeOf(config);
  const inherited = typeof parent === 'function' && parent !== Function.prototype ? settingsOf(parent as ConfigClass) : [];
  return new Map([...inherited, ...(specs.get(config) ?? [])]);
}
