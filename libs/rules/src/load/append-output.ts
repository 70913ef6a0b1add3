import type { Rule } from '../rule.ts';

/** What is added to the outputs of all rules that match. */
export interface AppendOutput {
  /** All that is given must hold; `tags` are all among those of the rule. */
  readonly match: { readonly source?: string; readonly tags?: readonly string[]; readonly rule?: string };
  /** Put behind the output, after a blank. */
  readonly output?: string;
  readonly fields: Rule['extraFields'];
}

/** The output and the extra fields of a rule with everything added that matches it. Of fields with one key the last counts. */
export function appendOutput(
  rule: Pick<Rule, 'name' | 'source' | 'tags' | 'output'>,
  additions: readonly AppendOutput[],
): Pick<Rule, 'output' | 'extraFields'> {
  const matching = additions.filter(({ match }) => {
    if (match.source !== undefined && match.source !== rule.source) return false;
    if (match.rule !== undefined && match.rule !== rule.name) return false;
    return (match.tags ?? []).every((tag) => rule.tags.includes(tag));
  });
  const outputs = matching.flatMap(({ output }) => (output === undefined ? [] : [output]));
  const fields = new Map(matching.flatMap((addition) => addition.fields).map((field) => [field.key, field]));
  return {
    output: [rule.output, ...outputs].join(' '),
    extraFields: [...fields.values()].toSorted((one, other) => (one.key < other.key ? -1 : 1)),
  };
}
