import { hash } from 'node:crypto';
import { ADMISSION, type SpanName } from './tracing.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ZEROS = /^0+$/;

/** The trace of a session, 32 hexadecimal digits: its UUID without dashes, or a hash of an id that is none. */
export function traceIdOf(sessionId: string): string {
  const digits = UUID.test(sessionId) ? sessionId.replaceAll('-', '').toLowerCase() : '';
  return digits === '' || ZEROS.test(digits) ? digest(32, 'trace', sessionId) : digits;
}

/** A span of a session, 16 hexadecimal digits. */
export function spanIdOf(sessionId: string, { name, key = '' }: SpanName): string {
  return digest(16, name, key, sessionId);
}

/** The W3C traceparent header of a session's admission: https://www.w3.org/TR/trace-context */
export function traceparentOf(sessionId: string): string {
  return `00-${traceIdOf(sessionId)}-${spanIdOf(sessionId, ADMISSION)}-01`;
}

/** Ids of zeros only are not valid; a hash with 8 bytes of them in front is not going to happen. */
function digest(digits: number, ...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts)).slice(0, digits);
}
