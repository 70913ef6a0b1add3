import type { Alert } from '@whoran/contracts';

/** `<alert id>/<revision>` in characters that a header may have: a receiver that sees it twice has the notification already. */
export function idempotencyKey(alert: Alert): string {
  return `${encodeURIComponent(alert.whoran.id.toWellFormed())}/${alert.whoran.revision}`;
}
