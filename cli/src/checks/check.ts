import type { CheckRecord } from '@whoran/forensics-api';

/** Something is as it should be. */
export function good(name: string, message: string): CheckRecord {
  return { name, status: 'ok', message };
}

/** Something works, but not fully, or not for long. */
export function odd(name: string, message: string, fix: string): CheckRecord {
  return { name, status: 'warn', message, fix };
}

/** Something does not work. */
export function bad(name: string, message: string, fix: string): CheckRecord {
  return { name, status: 'fail', message, fix };
}
