import { parseJson } from '@whoran/contracts';
import { isRecord, truncate } from '@whoran/kernel';
import { classifyStatus } from '../classify-status.ts';
import type { Outcome } from '../output.ts';

const LONGEST_REASON = 150;

/**
 * What the answer of a bulk request of Elasticsearch or OpenSearch says of each item, for the request is a success also when
 * items are not. 409 means that a document of this id is there: it was sent before. An answer that cannot be read is tried again,
 * which the ids make harmless.
 */
export function bulkOutcomes(body: string, count: number): readonly Outcome[] {
  const answer = parseJson(body);
  if (!answer.ok || !isRecord(answer.value)) return unreadable(count);
  const { errors, items } = answer.value;
  if (errors === false) return Array.from({ length: count }, () => ({ kind: 'delivered' }));
  if (!Array.isArray(items) || items.length !== count) return unreadable(count);
  return items.map((item: unknown) => itemOutcome(isRecord(item) ? Object.values(item)[0] : undefined));
}

function itemOutcome(item: unknown): Outcome {
  const status = isRecord(item) && typeof item['status'] === 'number' ? item['status'] : 500;
  if (status === 409) return { kind: 'delivered' };
  const outcome = classifyStatus(status);
  if (outcome.kind === 'delivered') return outcome;
  const error = isRecord(item) ? item['error'] : undefined;
  const reason = isRecord(error)
    ? ['type', 'reason']
        .map((name) => error[name])
        .filter((text) => typeof text === 'string')
        .join(': ')
    : '';
  return { ...outcome, error: `an item ${outcome.error}${reason === '' ? '' : `: ${truncate(reason, LONGEST_REASON)}`}` };
}

function unreadable(count: number): readonly Outcome[] {
  return Array.from({ length: count }, () => ({ kind: 'retry', error: 'answered what is not the answer to a bulk request' }));
}
