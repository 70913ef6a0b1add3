import type { Issue, Result } from '@whoran/kernel';

/** Collects what is wrong with a file. Items are JSON pointers. */
export class Complaints {
  readonly issues: Issue[] = [];

  constructor(private readonly code: string) {}

  /** Notes a problem. */
  add(item: string, message: string): void {
    this.issues.push({ code: this.code, item, message });
  }

  /** The value of a result in a list; or an empty one, and its error is noted. */
  take<T>(result: Result<T, string>, item: string): readonly T[] {
    if (result.ok) return [result.value];
    this.add(item, result.error);
    return [];
  }
}
