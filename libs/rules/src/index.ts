export type {
  And,
  BinaryCheck,
  BinaryOperator,
  Condition,
  Field,
  Identifier,
  List,
  Modifier,
  Not,
  Operand,
  Or,
  Position,
  Transformer,
  TransformerList,
  TransformerName,
  UnaryCheck,
  Value,
} from './condition/ast.ts';
export { LIST_OPERATORS, MODIFIERS, NUMBER_OPERATORS, STRING_OPERATORS, TRANSFORMERS, UNARY_OPERATORS } from './condition/ast.ts';
export { type ConditionDetails, detailsOf, nameOfField } from './condition/details.ts';
export { escapeString, unescapeString } from './condition/escape.ts';
export { type EventTypes, areManyEventTypes, eventTypesOf } from './condition/event-types.ts';
export { type ConditionError, parseCondition } from './condition/parser.ts';
export { printCondition, printOperand, printOperator } from './condition/print.ts';
export { printExactly } from './condition/print-exactly.ts';
export { type MacroReference, type MacroResolution, resolveMacros } from './condition/resolve-macros.ts';
export { fieldsOf, identifiersOf } from './condition/walk.ts';
export { type ConditionWarning, conditionWarnings } from './condition/warnings.ts';
export type { ArgumentKind, FieldCatalog, FieldDescription, ResolvedField, RuleEvent } from './fields/field.ts';
export type { ErrorCode, LoadIssue, Location, WarningCode } from './issues.ts';
export { PRIORITIES, type Priority, type Rule } from './rule.ts';
export { FIELD_TYPES, type FieldType, type FieldValue, type IpAddress, type Scalar } from './values.ts';
export { type AuditPayload, type AuditPayloadEvent, MAX_AUDIT_EVENT_BYTES, readAuditPayload } from './audit/read-audit-payload.ts';
export { readJsonDocument } from './audit/json-document.ts';
export { jsonPointer } from './fields/json-fields.ts';
export { auditFields } from './fields/k8s-audit/audit-fields.ts';
export { readAddress } from './evaluate/constants/addresses.ts';
export { type CompiledCondition, compileCondition } from './evaluate/compile.ts';
export type { ConditionProblem } from './evaluate/condition-problem.ts';
export { type Explanation, explainCondition } from './evaluate/explain.ts';
export { type RuleMatching, type Ruleset, buildRuleset } from './evaluate/ruleset.ts';
export { type AppendOutput } from './load/append-output.ts';
export type { LoadResult, LoadedFile, LoadedList, LoadedMacro, LoadedRule } from './load/load-result.ts';
export { ENGINE_VERSION, type EventSource, type LoadOptions, loadRules } from './load/load-rules.ts';
export { parseAppendOutput } from './load/parse-append-output.ts';
export type { PluginVersion } from './read/definitions.ts';
export { type DefinitionPlace, definitionsIn } from './read/definitions-in.ts';
export type { RuleFile } from './read/read-file.ts';
export { parseSelection } from './select/parse-selection.ts';
export { isAtLeast, parsePriority } from './select/priority.ts';
export { type RuleSelection, selectRules } from './select/select-rules.ts';
export { matchesWildcard } from './select/wildcard.ts';
export { type FieldUse, fieldsNotSent } from './fields/syscall/not-sent.ts';
export { type SyscallFieldsOptions, syscallFields } from './fields/syscall/syscall-fields.ts';
export { type OutputFormat, parseOutput } from './output/parse-output.ts';
export { type OutputValue, printValue } from './output/print-value.ts';
export { type AlertOptions, type AlertingRule, type RenderedAlert, alertRenderer } from './output/render-alert.ts';
