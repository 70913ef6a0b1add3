export { requestAttribution } from './request-attribution.ts';
export { type SessionOptions, sessionsOf } from './derive-sessions.ts';
export { identityOf } from './session-report.ts';
