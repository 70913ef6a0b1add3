export { aFalcoEvent, anAlert, anAttributedEvent, anAuditEvent, anExecSession } from './builders.ts';
export { type ServiceInSpec, startForSpec } from './start-for-spec.ts';
