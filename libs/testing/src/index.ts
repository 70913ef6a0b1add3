export { aFalcoEvent, anAlert, anAttributedEvent, anAuditEvent, anExecSession } from './builders.ts';
export { type ServiceInSpec, startForSpec } from './start-for-spec.ts';
export { type SimContainer, type SimExec, type SimInput, type SimProcess, SimulatedNode, simulatedPublicKey, simulatedVerifier } from './simulated-node.ts';
