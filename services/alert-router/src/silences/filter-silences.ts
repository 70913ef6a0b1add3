import { type Result, err, ok } from '@whoran/kernel';
import { type Matcher, type Silence, compilePattern, parseMatchers } from '@whoran/routing';

const MAX_FILTERS = 100;

/**
 * Keeps the silences that filters of Alertmanager's API ask for: each looks at the value that a silence's matcher of that name
 * has. The error says what is wrong with a filter.
 */
export function filterSilences(silences: readonly Silence[], filters: readonly string[]): Result<readonly Silence[], string> {
  if (filters.length > MAX_FILTERS) return err(`more than ${MAX_FILTERS} filters`);
  const tests: ((values: ReadonlyMap<string, string>) => boolean)[] = [];
  for (const filter of filters) {
    const matchers = parseMatchers(filter);
    if (!matchers.ok) return err(`filter ${matchers.error}`);
    for (const matcher of matchers.value) tests.push(testOf(matcher));
  }
  return ok(
    silences.filter(({ matchers }) => {
      const values = new Map(matchers.map(({ name, value }) => [name, value]));
      return tests.every((test) => test(values));
    }),
  );
}

function testOf({ name, operator, value }: Matcher): (values: ReadonlyMap<string, string>) => boolean {
  const pattern = operator.endsWith('~') ? compilePattern(value) : undefined;
  const fits = pattern?.ok ? pattern.value : (candidate: string) => candidate === value;
  const negative = operator.startsWith('!');
  return (values) => {
    // As in Alertmanager, name="" asks for silences without such a matcher, and name!="" for those with one.
    if (value === '') return values.has(name) === negative;
    return fits(values.get(name) ?? '') !== negative;
  };
}
