import { encodeJson, parseJson } from '@whoran/contracts';
import type { Redactor } from '../redact/redact.ts';

/** A payload as it may be shown. JSON is redacted text by text, since quotes and escapes within it hide secrets from patterns. */
export function redactPayload(payload: string, redactor: Redactor): string {
  const json = parseJson(payload);
  return json.ok ? encodeJson(redactValue(json.value, redactor)) : redactor.text(payload);
}

/** Recursion is safe: what parseJson reads nests 128 levels deep at most. An argv is redacted as a whole, for its flags' values. */
function redactValue(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.text(value);
  if (isArgv(value)) return redactor.argv(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redactor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redactValue(inner, redactor)]));
}

function isArgv(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
