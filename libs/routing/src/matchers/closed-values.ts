import { EVIDENCES, PRIORITIES } from '@whoran/contracts';

const CLOSED: Readonly<Record<string, readonly string[]>> = { priority: PRIORITIES, evidence: EVIDENCES };

/** What is wrong with a value that the label never has, so that a matcher which can never fit is told of. */
export function closedValues(name: string, value: string): string | undefined {
  const values = Object.hasOwn(CLOSED, name) ? CLOSED[name] : undefined;
  if (values === undefined || value === '' || values.includes(value)) return undefined;
  return `compares ${name} with "${value}", which it never is: it is one of ${values.join(', ')}`;
}
