import { type Alert, type FieldValue, namedIdentity } from '@whoran/contracts';

/**
 * What matchers may look at by a word of its own. A label has one value, several (tags, groups), or one that is empty when the
 * alert lacks it: as in Alertmanager, absent and empty are the same.
 */
export const LABELS: Readonly<Record<string, (alert: Alert) => readonly string[]>> = {
  rule: (alert) => [alert.rule],
  priority: (alert) => [alert.priority.toLowerCase()],
  source: (alert) => [alert.source ?? ''],
  tags: (alert) => some(alert.tags),
  cluster: (alert) => [alert.whoran.cluster],
  namespace: (alert) => [field(alert, 'k8s.ns.name')],
  pod: (alert) => [field(alert, 'k8s.pod.name')],
  image: (alert) => [field(alert, 'container.image.repository')],
  container: (alert) => [field(alert, 'container.name')],
  user: (alert) => [namedIdentity(alert.whoran.attribution)?.username ?? ''],
  groups: (alert) => some(namedIdentity(alert.whoran.attribution)?.groups),
  evidence: (alert) => [alert.whoran.attribution.evidence],
  session: (alert) => [alert.whoran.attribution.session?.id ?? ''],
  kind: (alert) => [alert.whoran.attribution.session?.kind ?? ''],
};

/** Reads the values of one label or output field. There is always at least one. */
export type ValuesOf = (alert: Alert) => readonly string[];

/** How the values of a name are read: a word of LABELS, or an output field such as proc.name. Nothing if it is neither. */
export function valuesOf(name: string): ValuesOf | undefined {
  if (Object.hasOwn(LABELS, name)) return LABELS[name];
  // Alertmanager's name for what we call the rule: amtool writes it for a matcher without a name.
  if (name === 'alertname') return LABELS['rule'];
  return isFieldName(name) ? (alert) => fieldValues(alert, name) : undefined;
}

/** The value of each label of an alert, several joined by commas: what `group_by: ['...']` groups by and tools show. */
export function labelsOf(alert: Alert): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(LABELS).map(([name, values]) => [name, joined(values(alert))]));
}

/** The value of a label or field as one text. */
export function labelOf(alert: Alert, name: string): string {
  return joined(valuesOf(name)?.(alert) ?? ['']);
}

/** Every field of Falco's has a dot in its name, so that a mistyped label is not taken for a field. */
export function isFieldName(name: string): boolean {
  return name.length <= 256 && name.includes('.');
}

function joined(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : values.join(', ');
}

function some(values: readonly string[] | null | undefined): readonly string[] {
  return values && values.length > 0 ? values : [''];
}

function field(alert: Alert, name: string): string {
  const value: FieldValue | undefined = alert.output_fields[name];
  return typeof value === 'string' ? value : '';
}

function fieldValues(alert: Alert, name: string): readonly string[] {
  const value = Object.hasOwn(alert.output_fields, name) ? alert.output_fields[name] : undefined;
  return Array.isArray(value) ? some(value.map(fieldText)) : [fieldText(value)];
}

function fieldText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : '';
}
