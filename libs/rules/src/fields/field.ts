import type { Result } from '@whoran/kernel';
import type { Attribution } from '@whoran/contracts';
import type { FieldType, FieldValue } from '../values.ts';

/** An event as rules see it. */
export interface RuleEvent {
  /** `k8s_audit`, `syscall` or the name of another source. */
  readonly source: string;
  /** The audit event, or Falco's `output_fields`, as parseJson gives them. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly hostname: string;
  /** Who did it, where that is known: the fields `k8s.user.*` and `exec.*`. */
  readonly attribution?: Attribution;
}

/** What may stand between brackets after a field's name. */
export type ArgumentKind = 'none' | 'index' | 'key' | 'index-or-key';

/** What people may know of a field before they use it; the generated documentation is made of these. */
export interface FieldDescription {
  readonly name: string;
  readonly type: FieldType;
  readonly list: boolean;
  readonly argument: ArgumentKind;
  readonly argumentRequired: boolean;
  readonly about: string;
}

/** A field of a condition or an output, with its argument, ready to be read from events. */
export interface ResolvedField {
  readonly type: FieldType;
  readonly list: boolean;
  /**
   * Set for scalar fields that stand for several values (ends of a connection, ancestors): `read` then gives a list, and a check
   * holds if any value satisfies it. With `ends`, `!=` holds if no value is equal.
   */
  readonly several?: 'any' | 'ends';
  /** Total: what cannot be read is absent. */
  read(event: RuleEvent): FieldValue;
  /** What `output_fields` have where it is not the value: times as integers, and what Falco itself sent as it sent it. */
  json?(event: RuleEvent): unknown;
}

/** The fields that rules of one source may use. */
export interface FieldCatalog {
  /** The reason for no field is Falco's text, such as `filter_check called with nonexistent field x.y`. */
  resolve(name: string, argument?: string): Result<ResolvedField, string>;
  /** Every field there is, in the order of the documentation. */
  list(): readonly FieldDescription[];
}
