import { DependencyUnavailable, InvariantBroken, messageOf } from '@whoran/kernel';

/**
 * Classes of SQLSTATE that say that the database cannot now, not that the statement is wrong: connection, authorization,
 * resources, operator intervention, system error, transaction rollback (such as a deadlock), wrong database, read only.
 */
const TRANSIENT = /^(?:08|28|53|57|58|XX|40|3D|25)/;

/** Translates what a driver throws. Statements and values stay out of the message. */
export function translateSqlError(error: unknown): Error {
  if (error instanceof DependencyUnavailable || error instanceof InvariantBroken) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const isSqlState = /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);
  if (isSqlState && !TRANSIENT.test(code))
    return new InvariantBroken(`the database refused a statement (SQLSTATE ${code}): ${messageOf(error)}`, { cause: error });
  return new DependencyUnavailable(`the database does not answer: ${messageOf(error)}`, { cause: error });
}
