import { textOf } from '../../audit/json-document.ts';
import type { RuleEvent } from '../field.ts';
import { at, listAt, own } from '../json-path.ts';

/** The audit event, if it is one: without an auditID no `ka.*` field has a value. */
export function auditOf(event: RuleEvent): unknown {
  return own(event.document, 'auditID') === undefined ? undefined : event.document;
}

/** Reads what stands at a path of an audit event: a text as it is, anything else as JSON (null is the text "null"). */
export function readText(...path: readonly string[]): (event: RuleEvent) => string | undefined {
  return (event) => textAt(auditOf(event), path);
}

/** What stands at a path as a text, if anything does. */
export function textAt(value: unknown, path: readonly string[]): string | undefined {
  const found = at(value, path);
  return found === undefined ? undefined : textOf(found);
}

/** What stands at a path of each value; values without are left out. */
export function textsAt(values: readonly unknown[] | undefined, path: readonly string[]): readonly string[] | undefined {
  return values?.map((value) => textAt(value, path)).filter((text) => text !== undefined);
}

/** The list at a path of an audit event, of which an index picks one element. Beyond its end there is none. */
export function readList(path: readonly string[]): (event: RuleEvent, index?: number) => readonly unknown[] | undefined {
  return (event, index) => {
    const found = listAt(auditOf(event), path);
    return index === undefined ? found : found?.slice(index, index + 1);
  };
}
