import { type EventSource, auditFields, syscallFields } from '@whoran/rules';

/** The sources of events that rules may be about, with their fields. */
export const SOURCES: readonly EventSource[] = [
  { name: 'syscall', catalog: syscallFields() },
  { name: 'k8s_audit', catalog: auditFields() },
];
