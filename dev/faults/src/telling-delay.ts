import { parseJson } from '@whoran/contracts';
import { API_PATHS, type DeliveryRecord, MAX_PAGE, type Page } from '@whoran/forensics-api';
import type { Millis } from '@whoran/kernel';
import { request } from 'undici';

/** How long it took to tell a receiver of alerts, milliseconds. */
export interface TellingDelay {
  readonly alerts: number;
  readonly within50: Millis;
  readonly within99: Millis;
}

/** Asks forensics how long deliveries to a receiver took, from raising the alert on; nothing when it knows of none or does not answer. */
export async function tellingDelay(
  url: string,
  of: { readonly receiver: string; readonly since: string },
): Promise<TellingDelay | undefined> {
  const delays: Millis[] = [];
  const query = new URLSearchParams({ ...of, outcome: 'delivered', limit: String(MAX_PAGE) });
  for (let next: string | undefined = ''; next !== undefined;) {
    if (next !== '') query.set('cursor', next);
    const page: Page<DeliveryRecord> | undefined = await ask(`${url}${API_PATHS.notifications}?${query.toString()}`);
    if (!page) return undefined;
    delays.push(...page.items.map(({ createdAt, endedAt }) => Date.parse(endedAt) - Date.parse(createdAt)));
    next = page.next;
  }
  return delays.length === 0 ? undefined : delayOf(delays);
}

/** The middle, and what 99 of 100 stay within. */
export function delayOf(delays: readonly Millis[]): TellingDelay {
  const sorted = delays.toSorted((one, other) => one - other);
  const rank = (part: number) => Math.round(sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0);
  return { alerts: sorted.length, within50: rank(0.5), within99: rank(0.99) };
}

async function ask(address: string): Promise<Page<DeliveryRecord> | undefined> {
  const { statusCode, body } = await request(address);
  const page = parseJson(await body.text());
  return statusCode === 200 && page.ok ? (page.value as Page<DeliveryRecord>) : undefined;
}
