import { type EventSource, auditFields, syscallFields } from '@whoran/rules';

/** The fields of Falco's events. */
export const FALCO_FIELDS = syscallFields();

/** What rules of a recording may be about. */
export const SOURCES: readonly EventSource[] = [
  { name: 'syscall', catalog: FALCO_FIELDS },
  { name: 'k8s_audit', catalog: auditFields() },
];
