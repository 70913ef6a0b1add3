import { MAX_NOTIFIED_ALERTS } from '@whoran/contracts';
import { type ActiveAlert, MAX_GROUP_TEXT } from './group-state.ts';

/**
 * Takes the text from alerts that a group has no room to keep whole: from those that were told first, the longest unseen before
 * the others; then from the newest. One is always kept, so that there is something to tell.
 */
export function keepWhole(alerts: readonly ActiveAlert[]): readonly ActiveAlert[] {
  const whole = alerts.filter(({ alert }) => alert !== undefined);
  let count = whole.length;
  let text = whole.reduce((sum, { size }) => sum + size, 0);
  if (fits(count, text)) return alerts;
  const emptied = new Set<ActiveAlert>();
  const told = whole.filter((entry) => entry.told).sort((a, b) => a.lastSeen - b.lastSeen);
  for (const entry of [...told, ...whole.filter((each) => !each.told).reverse()]) {
    if (fits(count, text)) break;
    emptied.add(entry);
    count -= 1;
    text -= entry.size;
  }
  return alerts.map((entry) => (emptied.has(entry) ? withoutText(entry) : entry));
}

function fits(count: number, text: number): boolean {
  return count <= 1 || (count <= MAX_NOTIFIED_ALERTS && text <= MAX_GROUP_TEXT);
}

function withoutText({ alert: _, ...entry }: ActiveAlert): ActiveAlert {
  return { ...entry, size: 0 };
}
