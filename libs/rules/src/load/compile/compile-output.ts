import type { CollectedRule } from '../../collect/collected-rule.ts';
import type { FieldCatalog } from '../../fields/field.ts';
import { Refusal } from '../../read/refusal.ts';
import { appendOutput } from '../append-output.ts';
import { problemOfOutput } from './check-output.ts';
import type { Compilation } from './compilation.ts';
import { isUnknownName } from './compile-rule.ts';
import type { LoadedRule } from '../load-result.ts';

const CONTAINER_INFO = '%container.info';
const CONTAINER_INFO_DEPRECATED =
  '%container.info is deprecated and no more useful, and will be dropped by Falco 1.0.0. ' +
  'The container plugin will automatically add required fields to the output message.';
const DEPRECATED_FIELDS = ['evt.dir', 'evt.latency', 'evt.latency.s', 'evt.latency.ns', 'evt.latency.human', 'evt.wait_latency'];

type Output = Pick<LoadedRule, 'output' | 'extraFields'>;

/**
 * The output of a rule with what is added to all rules, checked. Nothing is returned for a rule that is left out because of
 * `skip-if-unknown-filter`. Throws Refusal.
 */
export function compileOutput(compilation: Compilation, rule: CollectedRule, catalog: FieldCatalog): Output | undefined {
  const { output: whole, extraFields } = appendOutput(rule, compilation.appendOutput);
  if (whole.includes(CONTAINER_INFO)) {
    compilation.report({ code: 'LOAD_DEPRECATED_ITEM', message: CONTAINER_INFO_DEPRECATED, context: rule.context });
  }
  const output = whole.replaceAll(CONTAINER_INFO, '');
  const words = compilation.stopAtFirst ? 'falco' : 'ours';
  const problem = problemOfOutput(output, catalog, words);
  if (problem !== undefined) {
    if (!rule.skipIfUnknownFilter || !isUnknownName(problem)) throw new Refusal('LOAD_ERR_COMPILE_OUTPUT', problem, rule.outputContext);
    compilation.report({ code: 'LOAD_UNKNOWN_FILTER', message: problem, context: rule.outputContext });
    return undefined;
  }
  warnOfDeprecated(compilation, rule, output);
  for (const { format } of extraFields) {
    const wrong = problemOfOutput(format, catalog, words);
    if (wrong !== undefined) throw new Refusal('LOAD_ERR_COMPILE_OUTPUT', wrong, rule.outputContext);
    warnOfDeprecated(compilation, rule, format);
  }
  return { output, extraFields };
}

function warnOfDeprecated(compilation: Compilation, rule: CollectedRule, format: string): void {
  for (const field of DEPRECATED_FIELDS.filter((name) => format.includes(name))) {
    const message = `usage of deprecated field '${field}' has been detected in the rule output`;
    compilation.report({ code: 'LOAD_DEPRECATED_ITEM', message, context: rule.outputContext });
  }
}
