import { createHash } from 'node:crypto';
import type { Notification } from '@whoran/contracts';

/** What FIFO topics and queues ask for: what is kept in order, and what makes a repetition known. Empty for others. */
export function fifoFields(name: string, { subject }: Notification, id: string): Record<string, string> {
  if (!name.endsWith('.fifo')) return {};
  return { MessageGroupId: hash(subject), MessageDeduplicationId: hash(id) };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
