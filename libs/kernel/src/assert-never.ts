import { InvariantBroken } from './errors.ts';

/** Ends a switch over a union: adding a case without handling it does not compile. */
export function assertNever(value: never): never {
  throw new InvariantBroken(`no case for ${String(value)}`);
}
