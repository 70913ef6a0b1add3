export { MAX_JSON_DEPTH, encodeJson, knownJson, parseJson, writtenAs } from './json.ts';
export { Identity } from './identity.ts';
export { type Copy, classifyCopy } from './copy.ts';
export { ExecSession, InjectionStrategy, SessionKind, SessionPhase } from './exec-session.ts';
export { FALCO_FIELDS, FalcoEvent, type FieldValue, PRIORITIES, type Priority, priorityRank } from './falco-event.ts';
export { AuditEvent } from './audit-event.ts';
export {
  Attribution,
  AttributedEvent,
  EVIDENCES,
  Evidence,
  NONE_REASONS,
  type NoneReason,
  ProcessRef,
  SessionRef,
  namedIdentity,
  namedUser,
} from './attributed-event.ts';
export { attributionFields } from './attribution-fields.ts';
export { Alert } from './alert.ts';
export { DeadLetter, MAX_DEAD_LETTER_PAYLOAD, Origin } from './dead-letter.ts';
export { MAX_NOTIFIED_ALERTS, Notification, NotificationReason } from './notification.ts';
export { Delivery } from './delivery.ts';
export { Response, ResponseAction, ResponseState, ResponseTarget } from './response.ts';
export { Replay } from './replay.ts';
export { ImageStrategy } from './image-strategy.ts';
export { type CloudEventAttributes, type Topic, clusterOfSource, topics } from './topics.ts';
export { check, decode } from './decode.ts';
export {
  DEFAULT_PREFIX,
  MAX_ENCODED_USER,
  type Token,
  type TokenScope,
  TokenVerifier,
  decodeUser,
  encodeUser,
  isUuid,
  parseToken,
  printToken,
  shScript,
  signedText,
  userInCommand,
  withoutTokens,
} from './token.ts';
