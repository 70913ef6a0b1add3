import { type BinaryOperator, TRANSFORMERS } from '../condition/ast.ts';
import type { FieldCatalog } from '../fields/field.ts';

const BLANKS = /[ \t\n\v\f\r]+/g;
const FIELD = /^([a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+)(?:\[([^[\]]+)\])?$/;
const CALLS = ['val', ...TRANSFORMERS].map((name) => `${name}(`);

/** What Falco warns of in a constant: a regular expression that none is needed for, the name of a field, a transformer in quotes. */
export function constantWarnings(text: string, operator: BinaryOperator, catalog: FieldCatalog): readonly string[] {
  const bare = text.replace(BLANKS, '');
  const warnings: string[] = [];
  if (operator === 'regex' && isSimple(text)) {
    const simpler = "'=', 'contains', 'startswith', 'endswith'";
    warnings.push(`regex check with '${text}' may be optimized with simpler operators such as ${simpler}`);
  }
  const [, name, argument] = FIELD.exec(bare) ?? [];
  if (name !== undefined && catalog.resolve(name, argument).ok) {
    warnings.push(`'${text}' may be a valid field misused as a const string value`);
  }
  if (bare.endsWith(')') && CALLS.some((call) => bare.startsWith(call))) {
    warnings.push(`'${text}' may be a valid field transformer misused as a const string value`);
  }
  return warnings;
}

const SPECIAL = /[.+*?^$()[\]{}|\\]/;

/** Whether nothing is left but plain characters when anchors and `.*`, `.+`, `.?` at both ends are taken away. */
function isSimple(expression: string): boolean {
  for (let at = 0; at < expression.length; at += 1) {
    const char = expression.charAt(at);
    if ((at === 0 && char === '^') || (at === expression.length - 1 && char === '$')) continue;
    const atEnd = (at === 0 && expression.length > 1) || at === expression.length - 2;
    if (atEnd && /^\.[+*?]$/.test(expression.slice(at, at + 2))) {
      at += 1;
      continue;
    }
    if (SPECIAL.test(char)) return false;
  }
  return true;
}
