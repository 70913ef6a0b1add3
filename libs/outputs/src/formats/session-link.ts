import type { Alert } from '@whoran/contracts';

/** Where people read about the session of an alert: in forensics at the address given. Nothing without address or session. */
export function sessionLink(alert: Alert, externalUrl: string | undefined): string | undefined {
  const session = alert.whoran.attribution.session?.id;
  if (externalUrl === undefined || session === undefined) return undefined;
  const base = externalUrl.replace(/\/$/, '');
  const [id, cluster] = [session, alert.whoran.cluster].map((text) => encodeURIComponent(text.toWellFormed()));
  return `${base}/api/v1/sessions/${id}?cluster=${cluster}`;
}
