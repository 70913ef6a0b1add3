import { encodeJson, parseJson } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';
import { REDACTED } from '../redact/secrets.ts';
import type { Redactor } from '../redact/redact.ts';

/** Characters of a payload that are shown: redaction of more could be made to take seconds. */
const SHOWN = 131_072;

/** Shorter than any secret that has a name. */
const SHORT = 4;

/** What may be shown of a letter's payload. Bytes that were no text, which letters hold as base64, are shown as far as they are. */
export function shownPayload({ reason, payload }: { readonly reason: string; readonly payload: string }, redactor: Redactor): string {
  return redactPayload(reason === 'invalid-utf8' ? Buffer.from(payload, 'base64').toString('utf8') : payload, redactor);
}

/**
 * A payload as it may be shown, its first 131,072 characters. JSON is redacted text by text, since quotes and escapes hide
 * secrets from patterns; what is no JSON, or longer, as a whole and then between its quotes.
 */
export function redactPayload(payload: string, redactor: Redactor): string {
  const json = payload.length > SHOWN ? undefined : parseJson(payload);
  if (json?.ok) return encodeJson(redactValue(json.value, redactor));
  return redactor
    .text(truncate(payload, SHOWN))
    .split('"')
    .map((part) => (part.length < SHORT ? part : redactor.text(part)))
    .join('"');
}

/** Recursion is safe: what parseJson reads nests 128 levels deep at most. An argv is redacted as a whole, for its flags' values. */
function redactValue(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.text(value);
  if (isArgv(value)) return redactor.argv(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redactor));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]) => {
    const isSecret = typeof inner === 'string' && inner !== '' && isSecretName(name, redactor);
    return [name, isSecret ? REDACTED : redactValue(inner, redactor)] as const;
  });
  return Object.fromEntries(fields);
}

/** Whether what is assigned to such a name would be redacted in a command line. */
function isSecretName(name: string, redactor: Redactor): boolean {
  const assignment = `${name}=something`;
  return redactor.text(assignment) !== assignment;
}

function isArgv(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
