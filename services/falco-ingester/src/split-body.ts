import { type BadBody, decodeJson } from '@whoran/ingest';
import { type Result, err, ok } from '@whoran/kernel';

/** What a request brought: one event, a JSON array of them, or lines with one each. */
export type FalcoBody =
  | { readonly kind: 'single'; readonly value: unknown; readonly json: string }
  | { readonly kind: 'list'; readonly items: readonly unknown[] }
  | { readonly kind: 'lines'; readonly lines: readonly string[] };

/** Events in one request beyond this are refused: the sender shall make smaller batches. */
export const MAX_EVENTS = 10_000;

const TOO_MANY = { reason: 'too-many', message: `more than ${MAX_EVENTS} events in one request: send smaller batches` } as const;

/** Tells what a text holds. Lines are taken as such when the content type says so, or when the text as a whole is not JSON. */
export function splitBody(text: string, contentType = ''): Result<FalcoBody, BadBody | typeof TOO_MANY> {
  const isLines = /^application\/(?:x-)?(?:ndjson|jsonl)\b/i.test(contentType);
  const whole = isLines ? undefined : decodeJson(text);
  if (whole?.ok) return fromValue(whole.value, text);
  const lines = linesOf(text);
  if (lines.length > MAX_EVENTS) return err(TOO_MANY);
  const [first = ''] = lines;
  if (lines.length < 2) {
    const only = whole ?? decodeJson(first);
    return only.ok ? fromValue(only.value, first) : err(first === '' ? { reason: 'empty-body', message: 'the body is empty' } : only.error);
  }
  // A broken document of several lines is one broken document, not many broken events.
  const readable = isLines ? lines : [first];
  if (readable.some((line) => decodeJson(line).ok)) return ok({ kind: 'lines', lines });
  return err(whole?.error ?? { reason: 'invalid-json', message: 'none of the lines is JSON' });
}

function fromValue(value: unknown, json: string): Result<FalcoBody, typeof TOO_MANY> {
  if (!Array.isArray(value)) return ok({ kind: 'single', value, json });
  return value.length > MAX_EVENTS ? err(TOO_MANY) : ok({ kind: 'list', items: value });
}

/** The lines that are not blank, and at most one more than may be: a body of newlines must not become millions of texts. */
function linesOf(text: string): readonly string[] {
  const lines: string[] = [];
  let start = 0;
  while (start < text.length && lines.length <= MAX_EVENTS) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end === -1 ? text.length : end).trim();
    if (line !== '') lines.push(line);
    start = end === -1 ? text.length : end + 1;
  }
  return lines;
}
