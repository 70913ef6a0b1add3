import { type LoadResult, type LoadedRule, detailsOf, printCondition } from '@whoran/rules';

/** What rules, macros and lists came to, as Falco describes it. */
export function describeLoad(result: LoadResult) {
  return {
    required_engine_version: result.requiredEngineVersion,
    required_plugin_versions: result.requiredPlugins.map(([first, ...alternatives]) => ({ ...first, alternatives })),
    rules: result.rules.map(describeRule),
    macros: result.macros.map(({ name, conditionText, condition, used }) => {
      return { name, condition: conditionText, condition_compiled: printCondition(condition), used };
    }),
    lists: result.lists.map(({ name, items, references, used }) => {
      return { name, items_compiled: items, used, list_refs: sorted(references.filter((other) => other !== name)) };
    }),
  };
}

function describeRule(rule: LoadedRule) {
  const { fields, operators } = detailsOf(rule.condition, { macros: new Set(), lists: new Set() });
  return {
    name: rule.name,
    source: rule.source,
    priority: rule.priority,
    enabled: rule.enabled,
    tags: rule.tags,
    condition: rule.conditionText,
    condition_compiled: printCondition(rule.condition),
    output: rule.outputText,
    output_compiled: rule.output,
    output_fields: sorted([...fieldsInFormat(rule.output), ...rule.extraFields.map(({ format }) => format)]),
    condition_fields: fields,
    condition_operators: operators,
    desc: rule.description,
    ...describeExceptions(rule),
    ...(rule.capture.enabled ? { capture: [rule.capture.enabled, rule.capture.duration] } : {}),
    ...describeExtraFields(rule),
  };
}

function describeExceptions({ exceptions }: LoadedRule) {
  if (exceptions.length === 0) return {};
  const fields = sorted(exceptions.filter(({ values }) => values > 0).flatMap((exception) => exception.fields));
  return {
    exception_names: sorted(exceptions.map(({ name }) => name)),
    exception_operators: sorted(exceptions.flatMap(({ operators }) => (operators.length === 0 ? [''] : operators))),
    ...(fields.length === 0 ? {} : { exception_fields: fields }),
  };
}

function describeExtraFields({ extraFields }: LoadedRule) {
  if (extraFields.length === 0) return {};
  return { extra_output_formatted_fields: Object.fromEntries(extraFields.map(({ key, format }) => [key, format])) };
}

function sorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].toSorted();
}

function fieldsInFormat(format: string): readonly string[] {
  return [...format.matchAll(/%\d*(\w+(?:\.[a-zA-Z]\w*)+(?:\[[^\]]*\])?)/g)].map(([, field = '']) => field);
}
