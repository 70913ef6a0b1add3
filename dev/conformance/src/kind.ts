/** One conformance case. Beside its name and kind it has what its kind needs. */
export interface Case {
  readonly name: string;
  readonly kind: string;
  readonly [key: string]: unknown;
}

/** A file of cases, with what stands beside the cases in it. */
export interface CaseFile {
  readonly name: string;
  readonly cases: readonly Case[];
  readonly [key: string]: unknown;
}

/** What a case may read beside itself. */
export interface Material {
  readonly file: CaseFile;
  /** The text of a file below the folder; every file is read once. Throws when it is not there. */
  read(path: string): string;
  /** Whether the folder has that file. */
  has(path: string): boolean;
  /** Names of the files in a folder below, sorted. */
  list(folder: string): readonly string[];
}

/** How a case went. A failure says what was expected and what came. */
export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'not-applicable'; readonly reason: string };

/** Runs the cases of one kind. What it throws counts as a failure of the case. */
export interface Kind {
  readonly kind: string;
  run(it: Case, material: Material): Outcome;
}

/** The case holds. */
export const passed: Outcome = { kind: 'passed' };

/** The case does not hold: both sides as JSON, cut to a readable length. */
export function differs(what: string, expected: unknown, actual: unknown): Outcome {
  return { kind: 'failed', message: `${what}: expected ${show(expected)}, got ${show(actual)}` };
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
