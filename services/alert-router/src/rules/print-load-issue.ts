import type { LoadIssue } from '@whoran/rules';

/** One line: where, what, and the code by which it is found in the documentation of Falco. Lines and columns are from 1. */
export function printLoadIssue({ code, message, locations }: LoadIssue): string {
  const [outermost] = locations;
  if (outermost === undefined) return `${message} ${code}`;
  // Falco adds a place within an expression to the place where the expression begins; folded over lines, that is nowhere.
  const at = locations.findLast(({ file }) => file === outermost.file) ?? outermost;
  const within = locations.findLast(({ file }) => file !== outermost.file);
  const named = locations.findLast(({ itemName }) => itemName !== '');
  const where = [
    ...(named === undefined ? [] : [`${named.itemType} ${named.itemName}`]),
    ...(within === undefined || within.line <= at.line ? [] : [`${within.line - at.line}:${within.column - at.column} in the condition`]),
  ];
  const item = where.length === 0 ? '' : ` (${where.join(', ')})`;
  return `${at.file}:${at.line + 1}:${at.column + 1}: ${message}${item} ${code}`;
}
