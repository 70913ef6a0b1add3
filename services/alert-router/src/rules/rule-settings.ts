import { PRIORITIES, type Priority } from '@whoran/contracts';
import { type Issue, type Result, err, ok } from '@whoran/kernel';
import { type AppendOutput, type RuleSelection, parseAppendOutput, parseSelection } from '@whoran/rules';
import { readYaml } from '@whoran/settings-file';
import Type from 'typebox';

/** How rules are chosen and run for events of one cluster. */
export interface RuleSettings {
  /** Files and folders, in order; SHIPPED for those that come with whoran. */
  readonly files: readonly string[];
  /** What is switched on and off, in order, after all files are loaded. */
  readonly selections: readonly RuleSelection[];
  readonly matching: 'first' | 'all';
  /** Rules that are less severe are never on. */
  readonly minPriority: Priority;
  readonly appendOutput: readonly AppendOutput[];
  /** Whether an alert of a rule is raised that Falco raised for the same event, too. */
  readonly sameAsFalco: 'once' | 'both';
}

/** The settings of all clusters. */
export interface ClusterRuleSettings {
  readonly others: RuleSettings;
  /** Clusters that have settings of their own. */
  readonly clusters: ReadonlyMap<string, RuleSettings>;
}

/** Stands for the folder of the rules that come with whoran. */
export const SHIPPED = 'shipped';

const closed = { additionalProperties: false } as const;
const name = Type.String({ minLength: 1, maxLength: 1024 });
const selected = Type.Object({ rule: Type.Optional(name), tag: Type.Optional(name) }, { ...closed, minProperties: 1 });
const SECTION = {
  rules_files: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 4096 }), { maxItems: 1000 })),
  rules: Type.Optional(
    Type.Array(
      Type.Object(
        { enable: Type.Optional(selected), disable: Type.Optional(selected) },
        { ...closed, minProperties: 1, maxProperties: 1, description: 'either enable or disable' },
      ),
      { maxItems: 10_000 },
    ),
  ),
  rule_matching: Type.Optional(Type.Unsafe<'first' | 'all'>(Type.Enum(['first', 'all']))),
  priority: Type.Optional(Type.Unsafe<Priority>(Type.Enum([...PRIORITIES]))),
  append_output: Type.Optional(Type.Array(Type.Object({}), { maxItems: 1000 })),
  same_as_falco: Type.Optional(Type.Unsafe<'once' | 'both'>(Type.Enum(['once', 'both']))),
};
const Section = Type.Object(SECTION, closed);
const RulesFile = Type.Object(
  { ...SECTION, clusters: Type.Optional(Type.Record(Type.String({ maxLength: 253 }), Section, { maxProperties: 1000 })) },
  closed,
);
type SectionContent = Type.Static<typeof Section>;

/**
 * Reads the rules settings, YAML in the words of falco.yaml. What a cluster's section does not say is as for the others; its
 * `rules` come after theirs. A file without anything but comments says nothing.
 */
export function readRuleSettings(text: string, defaults: RuleSettings): Result<ClusterRuleSettings, readonly Issue[]> {
  if (text.split('\n').every((line) => /^\s*(?:#|$)/.test(line))) return ok({ others: defaults, clusters: new Map() });
  const file = readYaml(text, RulesFile);
  if (!file.ok) return err(file.error);
  const { clusters = {}, ...common } = file.value.value as Type.Static<typeof RulesFile>;
  const issues: Issue[] = [];
  const others = sectionOver(defaults, common, (message) => void issues.push({ code: 'invalid-setting', item: '/append_output', message }));
  const own = Object.entries(clusters).map(([cluster, section]) => {
    const item = `/clusters/${cluster.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [cluster, sectionOver(others, section, (message) => void issues.push({ code: 'invalid-setting', item, message }))] as const;
  });
  return issues.length > 0 ? err(issues.map((issue) => file.value.locate(issue))) : ok({ others, clusters: new Map(own) });
}

function sectionOver(base: RuleSettings, section: SectionContent, complain: (message: string) => void): RuleSettings {
  const selections = parseSelection(section.rules ?? []);
  const appendOutput = section.append_output === undefined ? ok(base.appendOutput) : parseAppendOutput(section.append_output);
  for (const parsed of [selections, appendOutput]) if (!parsed.ok) complain(parsed.error);
  return {
    files: section.rules_files ?? base.files,
    selections: [...base.selections, ...(selections.ok ? selections.value : [])],
    matching: section.rule_matching ?? base.matching,
    minPriority: section.priority ?? base.minPriority,
    appendOutput: appendOutput.ok ? appendOutput.value : [],
    sameAsFalco: section.same_as_falco ?? base.sameAsFalco,
  };
}
