import type { LoadedRule } from '@whoran/rules';
import { EXIT, Failure } from '../failure.ts';
import type { LoadedGiven } from './load-given.ts';
import { nearest } from './nearest.ts';

/** The rule of that name, in any case if only one is. Throws Failure that names one like it. */
export function findRule(name: string, { result, places }: LoadedGiven): LoadedRule {
  const exact = result.rules.find((rule) => rule.name === name);
  if (exact !== undefined) return exact;
  const inAnyCase = result.rules.filter((rule) => rule.name.toLowerCase() === name.toLowerCase());
  if (inAnyCase.length === 1 && inAnyCase[0] !== undefined) return inAnyCase[0];
  if (places.some((place) => place.kind === 'rule' && place.name === name)) {
    throw new Failure(`${name} is left out of the rules that are run: whoran rules list says why`, { status: EXIT.failed });
  }
  const names = result.rules.map((rule) => rule.name);
  const near = names.find((other) => other.toLowerCase().includes(name.toLowerCase())) ?? nearest(name, names);
  throw new Failure(
    `no rule is called ${name}${near === undefined ? ': whoran rules list shows all' : `: did you mean ${JSON.stringify(near)}?`}`,
    {
      status: EXIT.usage,
    },
  );
}
