/**
 * Matchers as Alertmanager writes them:
 *
 *   matcher = name operator value
 *   name    = a word of labels.ts
 *   operator = "=" | "!=" | "=~" | "!~"
 *   value   = '"' { character | '\"' | '\\' | '\n' } '"'  |  bare
 *   bare    = characters other than white space and { } ! = ~ , \ " ' `
 *
 * Regular expressions are RE2's, anchored at both ends; "." matches line breaks too, so that a name with one in it
 * does not slip through.
 */
import type { Alert } from '@whoran/contracts';
import { type Result, err, messageOf, ok } from '@whoran/kernel';
import { RE2JS } from 're2js';
import { LABELS } from './labels.ts';

/** Whether an alert has what a matcher asks for. */
export type Matcher = (alert: Alert) => boolean;

const FORM = /^\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\\n]|\\["\\n])*)"|([^\s{}!=~,\\"'`]*))\s*$/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n' };

/** Reads one matcher; the error says what is wrong with it. */
export function parseMatcher(text: string): Result<Matcher, string> {
  const match = FORM.exec(text);
  if (!match) return err('is not a matcher: write name="value" with =, !=, =~ or !~');
  const [, name = '', operator = '', quoted, bare = ''] = match;
  const valuesOf = Object.hasOwn(LABELS, name) ? LABELS[name] : undefined;
  if (!valuesOf) return err(`matches on "${name}", which is none of ${Object.keys(LABELS).join(', ')}`);
  const value = quoted === undefined ? bare : quoted.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character);
  const test = operator.endsWith('~') ? compile(value) : ok((candidate: string) => candidate === value);
  if (!test.ok) return test;
  // With several values, = asks for one that fits and != for none.
  const negative = operator.startsWith('!');
  return ok((alert) => valuesOf(alert).some(test.value) !== negative);
}

function compile(pattern: string): Result<(text: string) => boolean, string> {
  try {
    const expression = RE2JS.compile(pattern, RE2JS.DOTALL);
    return ok((text) => expression.matches(text));
  } catch (error) {
    return err(`has a regular expression that RE2 does not read: ${messageOf(error).replace('(?s)', '')}`);
  }
}
