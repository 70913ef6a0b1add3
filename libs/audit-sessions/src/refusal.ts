import type { AuditEvent } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';

const MAX_REASON = 4096;

/** Why the API server refused a request, in its own words. */
export function refusalOf({ responseStatus }: AuditEvent): string {
  const { code, reason, message } = responseStatus ?? {};
  const words = [reason, message].filter((word) => word !== undefined && word !== '').join(': ');
  return truncate(words === '' ? `the API server answered ${code ?? 'without a status'}` : words, MAX_REASON);
}
