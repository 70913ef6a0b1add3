import { isDeepStrictEqual } from 'node:util';
import { type AppendOutput, type PluginVersion, loadRules, parseAppendOutput, parseSelection } from '@whoran/rules';
import { type Kind, differs, passed } from '../kind.ts';
import { entriesOf, settingsOf } from './settings.ts';

/** Whether the plugins that are there suffice for a rule file. */
export const pluginRequirements: Kind = {
  kind: 'plugin-requirements',
  run: (it) => {
    const { ok } = it['expect'] as { readonly ok: boolean };
    const plugins = it['plugins'] as readonly PluginVersion[];
    const result = loadRules([{ name: 'rules.yaml', text: String(it['rules']) }], { sources: [], plugins });
    return result.ok === ok ? passed : differs('ok', ok, result.pluginProblem ?? result.files);
  },
};

/** The `rules` setting. */
export const configRuleSelection: Kind = {
  kind: 'config-rule-selection',
  run: (it) => {
    const settings = settingsOf(it['config_yaml'] as string | undefined, it['options'] as readonly string[] | undefined);
    const section = parseSelection(entriesOf(settings, 'rules'));
    const actual = section.ok ? section.value.map(({ operation, ...match }) => ({ op: operation, ...match })) : section.error;
    const { selection } = it['expect'] as { readonly selection: unknown };
    return isDeepStrictEqual(actual, selection) ? passed : differs('selection', selection, actual);
  },
};

/** The `append_output` setting. */
export const configAppendOutput: Kind = {
  kind: 'config-append-output',
  run: (it) => {
    const settings = settingsOf(it['config_yaml'] as string | undefined, it['options'] as readonly string[] | undefined);
    const additions = parseAppendOutput(entriesOf(settings, 'append_output'));
    const actual = additions.ok ? additions.value.map(describe) : additions.error;
    const { append_output: expected } = it['expect'] as { readonly append_output: unknown };
    return isDeepStrictEqual(actual, expected) ? passed : differs('append_output', expected, actual);
  },
};

function describe({ match, output, fields }: AppendOutput) {
  const raw = fields.filter((field) => field.raw).map(({ key }) => key);
  return {
    ...match,
    formatted_fields: Object.fromEntries(fields.filter((field) => !field.raw).map(({ key, format }) => [key, format])),
    ...(output === undefined ? {} : { format: output }),
    ...(raw.length === 0 ? {} : { raw_fields: raw }),
  };
}
