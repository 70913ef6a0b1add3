import type { Attribution } from '@whoran/contracts';
import type { FieldValue } from '../values.ts';
import type { FieldCatalog, RuleEvent } from './field.ts';

/** Noon of the third of February 2026, with decimals, in nanoseconds. */
export const NOON = 1_770_120_000_012_345_678n;

/** An audit event of jane, with what a spec wants different. */
export function auditEvent(different: Readonly<Record<string, unknown>> = {}, attribution?: Attribution): RuleEvent {
  const document = { auditID: 'a-1', stage: 'ResponseComplete', verb: 'create', user: { username: 'jane' }, ...different };
  return { source: 'k8s_audit', document, time: NOON, hostname: 'control-plane', ...(attribution ? { attribution } : {}) };
}

/** A Falco event with these `output_fields`. */
export function falcoEvent(document: Readonly<Record<string, unknown>>): RuleEvent {
  return { source: 'syscall', document, time: NOON, hostname: 'node-a' };
}

/** What a field, written as in a condition, has in an event. Throws if there is no such field. */
export function valueIn(catalog: FieldCatalog, field: string, event: RuleEvent): FieldValue {
  const [, name = field, argument] = /^([^[]+)\[(.*)\]$/s.exec(field) ?? [];
  const resolved = catalog.resolve(name, argument);
  if (!resolved.ok) throw new Error(resolved.error);
  return resolved.value.read(event);
}
