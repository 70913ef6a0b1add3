export { LineWriter, Output, type OutputHost, type OutputKind, type Outcome, type SendContext } from './output.ts';
export { outputKinds } from './registry.ts';
export { classifyStatus, parseRetryAfter } from './classify-status.ts';
export { redactUrl } from './redact-url.ts';
export { type FalcoBody, falcoBody } from './falco-body.ts';
export { textLine } from './stdout/text-line.ts';
export { AlertFormat, formatAlert } from './formats/format-alert.ts';
export { alertTitle, notificationTitle } from './formats/alert-title.ts';
