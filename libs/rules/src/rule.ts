import type { Condition } from './condition/ast.ts';

/** Falco's priorities, the most severe first, as they are printed. */
export const PRIORITIES = ['Emergency', 'Alert', 'Critical', 'Error', 'Warning', 'Notice', 'Informational', 'Debug'] as const;
/** One word of PRIORITIES. */
export type Priority = (typeof PRIORITIES)[number];

/** A rule after loading: lists and macros are in its condition, exceptions too. */
export interface Rule {
  readonly name: string;
  readonly source: string;
  readonly description: string;
  readonly priority: Priority;
  /** Sorted, each once. */
  readonly tags: readonly string[];
  /** As the files say; `selectRules` has the last word. */
  readonly enabled: boolean;
  /** As written, after appends and overrides. */
  readonly conditionText: string;
  /** Resolved: no identifiers. */
  readonly condition: Condition;
  /** The output's format, with what append_output added. */
  readonly output: string;
  /** Fields and formats that append_output adds to `output_fields`. */
  readonly extraFields: readonly { readonly key: string; readonly format: string; readonly raw: boolean }[];
  /** Where it was defined last. */
  readonly file: string;
  readonly line: number;
}
