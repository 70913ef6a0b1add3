/**
 * Matchers as Alertmanager writes them:
 *
 *   matchers = [ "{" ] matcher { "," matcher } [ "," ] [ "}" ]      as one text
 *   matcher  = name operator value
 *   name     = quoted  |  bare          a word of labels.ts, or a field of Falco's: "proc.name"
 *   operator = "=" | "!=" | "=~" | "!~"
 *   value    = quoted  |  bare  |  nothing
 *   quoted   = '"' { character | '\"' | '\\' | '\n' } '"'
 *   bare     = characters other than white space and { } ! = ~ , \ " ' `
 */
import { type Result, err, ok } from '@whoran/kernel';
import { type Matcher, type MatcherSpec, OPERATORS, type Operator, compileMatcher } from './matcher.ts';

const QUOTED = String.raw`"((?:[^"\\\n]|\\["\\n])*)"`;
const BARE = String.raw`([^\s{}!=~,\\"'\x60]`;
const FORM = new RegExp(String.raw`\s*(?:${QUOTED}|${BARE}+))\s*(=~|!~|!=|=)\s*(?:${QUOTED}|${BARE}*))\s*`, 'y');
const ESCAPES: Readonly<Record<string, string>> = { n: '\n' };
const HOW = 'write name="value" with =, !=, =~ or !~';

/** The longest matcher, and how many one text may hold. */
export const MAX_MATCHER = 4096;
const MAX_MATCHERS = 100;

/** Reads one matcher; the error says what is wrong with it. */
export function parseMatcher(text: string): Result<Matcher, string> {
  const read = readMatcher(text, 0);
  if (!read.ok) return read;
  return read.value.end === text.length ? compileMatcher(read.value.spec) : err(`is not a matcher: ${HOW}`);
}

/** Reads several matchers in one text, with or without braces, as Alertmanager shows them: {a="b", c=~"d"}. */
export function parseMatchers(text: string): Result<readonly Matcher[], string> {
  const inner = /^\s*\{([^]*)\}\s*$/.exec(text)?.[1] ?? text;
  const matchers: Matcher[] = [];
  for (let at = 0; at < inner.length && inner.slice(at).trim() !== '';) {
    const read = readMatcher(inner, at);
    if (!read.ok) return read;
    const matcher = compileMatcher(read.value.spec);
    if (!matcher.ok) return matcher;
    matchers.push(matcher.value);
    at = read.value.end;
    if (at < inner.length && inner[at] !== ',') return err(`are not matchers: ${HOW}, and commas between`);
    if (matchers.length > MAX_MATCHERS) return err(`are more than ${MAX_MATCHERS} matchers`);
    at += 1;
  }
  return ok(matchers);
}

/** Writes a matcher as it would be read. */
export function printMatcher({ name, operator, value }: MatcherSpec): string {
  return `${/^[A-Za-z_]\w*$/.test(name) ? name : quote(name)}${operator}${quote(value)}`;
}

/** Writes matchers as Alertmanager shows them. */
export function printMatchers(matchers: readonly MatcherSpec[]): string {
  return `{${matchers.map(printMatcher).join(',')}}`;
}

function readMatcher(text: string, from: number): Result<{ readonly spec: MatcherSpec; readonly end: number }, string> {
  if (text.length > MAX_MATCHER * MAX_MATCHERS) return err('is too long');
  FORM.lastIndex = from;
  const match = FORM.exec(text);
  const operator = OPERATORS.find((each) => each === match?.[3]);
  if (!match || operator === undefined) return err(`is not a matcher: ${HOW}`);
  const [whole, quotedName, bareName = '', , quotedValue, bareValue = ''] = match;
  return ok({ spec: specOf(operator, unquote(quotedName) ?? bareName, unquote(quotedValue) ?? bareValue), end: from + whole.length });
}

function specOf(operator: Operator, name: string, value: string): MatcherSpec {
  return { name, operator, value };
}

function unquote(quoted: string | undefined): string | undefined {
  return quoted?.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
