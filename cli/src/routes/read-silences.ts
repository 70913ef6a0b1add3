import { type Result, err, isRecord, millisOfNanos, ok, parseInstant } from '@whoran/kernel';
import { parseJson } from '@whoran/contracts';
import { type MatcherBody, type MatcherSpec, type Silence, compileSilence, specOf } from '@whoran/routing';
import { EXIT, Failure } from '../failure.ts';
import { readBounded } from '../rules/read-bounded.ts';

const MAX_FILE = 16 << 20;

/** Reads silences as `whoran silences list -o json` and Alertmanager's API write them. Throws Failure if one of them is none. */
export function readSilences(path: string): readonly Silence[] {
  const refuse = (problem: string) => new Failure(`cannot read the silences of ${path}: ${problem}`, { status: EXIT.usage });
  const text = readBounded(path, MAX_FILE);
  if (!text.ok) throw refuse(text.error);
  const json = parseJson(text.value);
  if (!json.ok) throw refuse(`not JSON: ${json.error}`);
  if (!Array.isArray(json.value)) throw refuse('not a list');
  return json.value.map((value: unknown, index) => {
    const silence = silenceOf(value);
    if (silence.ok) return silence.value;
    throw refuse(`silence ${index + 1} ${silence.error}`);
  });
}

function silenceOf(value: unknown): Result<Silence, string> {
  if (!isRecord(value)) return err('is no object');
  const { id, matchers, startsAt, endsAt, createdBy, comment } = value;
  const [from, to] = [timeOf(startsAt), timeOf(endsAt)];
  if (from === undefined || to === undefined) return err('has no startsAt and endsAt that are times');
  const specs = Array.isArray(matchers) ? matchers.map(specIn) : [];
  const whole = specs.filter((spec) => spec !== undefined);
  if (whole.length < specs.length) return err('has a matcher without name, value and isRegex');
  const compiled = compileSilence(whole);
  if (!compiled.ok) return err(compiled.error);
  return ok({
    id: word(id),
    matchers: whole,
    startsAt: from,
    endsAt: to,
    updatedAt: 0,
    createdBy: word(createdBy),
    comment: word(comment),
  });
}

function specIn(value: unknown): MatcherSpec | undefined {
  if (!isRecord(value)) return undefined;
  const { name, value: text, isRegex, isEqual = true } = value;
  const isWhole = typeof name === 'string' && typeof text === 'string' && typeof isRegex === 'boolean' && typeof isEqual === 'boolean';
  return isWhole ? specOf({ name, value: text, isRegex, isEqual } satisfies MatcherBody) : undefined;
}

function timeOf(value: unknown): number | undefined {
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  return instant === undefined ? undefined : millisOfNanos(instant);
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
