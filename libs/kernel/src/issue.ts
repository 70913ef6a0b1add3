/** One problem found in something a person or another system wrote: what, where, and what to do about it. */
export interface Issue {
  readonly code: string;
  readonly message: string;
  /** The setting, field (JSON pointer) or item the problem is in. */
  readonly item?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Writes an issue on one line, for a terminal or an HTTP answer. */
export function printIssue(issue: Issue): string {
  const place = issue.line === undefined ? '' : ` (line ${issue.line}, column ${issue.column ?? 1})`;
  return `${issue.item === undefined ? '' : `${issue.item}: `}${issue.message}${place}`;
}
