export {
  type Block,
  type KubeObject,
  type ObjectKind,
  type ObjectRef,
  type Operation,
  type PlannedStep,
  type Subject,
  isReversible,
  printRef,
} from './operation.ts';
export {
  BREAK_GLASS_GROUP,
  type ClusterAccess,
  type EndSessionSettings,
  ResponseFile,
  type ResponseSettings,
  readResponseSettings,
} from './response-settings.ts';
export { type AdmittedResponse, type NewResponse, admitResponse, exemptionOf, readNewResponse } from './new-response.ts';
export { type ResponseRecord, dueAt, isActive, isUndoable, slotOf, stepsToTake, toldOf, unrevoked } from './response-record.ts';
export {
  type StepOutcome,
  approve,
  begin,
  beginUndo,
  conclude,
  concludeUndo,
  fail,
  lapse,
  propose,
  reject,
  tookStep,
  waits,
} from './lifecycle.ts';
export { planQuarantine } from './plan/plan-quarantine.ts';
export { planEndSession } from './plan/plan-end-session.ts';
export { planIsolatePod } from './plan/plan-isolate-pod.ts';
export { type CredentialFacts, planDisableCredentials, serviceAccountOf } from './plan/plan-disable-credentials.ts';
export { type PolicyRule, clusterRole, rulesFor } from './cluster-role.ts';
export { ResponseReceiver, checkReceiver, reasonFor, targetOfAlert } from './receiver.ts';
