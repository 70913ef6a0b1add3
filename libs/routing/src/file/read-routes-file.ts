import type { Issue, Result } from '@whoran/kernel';
import { readYaml } from '@whoran/settings-file';
import type { TSchema } from 'typebox';
import { type ParsedRouting, parseRouting } from './parse-routing.ts';
import { type ReceiverKind, routesFileSchema } from './routes-file.ts';
import type { RoutesFileContent } from './routes-file-content.ts';

/** A routes file that has the right form. With issues, its routing must not be used. */
export interface ReadRoutes extends ParsedRouting {
  /** Sorts issues whose items are JSON pointers by their places in the file, and adds line and column. */
  readonly locate: (issues: readonly Issue[]) => readonly Issue[];
}

/** Schemas are compiled once per object. */
const schemas = new WeakMap<readonly ReceiverKind[], TSchema>();

/** Reads a routes file. One that has not the form of the schema is refused with every problem of its form. */
export function readRoutesFile(text: string, kinds: readonly ReceiverKind[]): Result<ReadRoutes, readonly Issue[]> {
  let schema = schemas.get(kinds);
  if (!schema) schemas.set(kinds, (schema = routesFileSchema(kinds)));
  const file = readYaml(text, schema);
  if (!file.ok) return file;
  const parsed = parseRouting(file.value.value as RoutesFileContent, kinds);
  const locate = (issues: readonly Issue[]) =>
    issues.map((issue) => file.value.locate(issue)).sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  return { ok: true, value: { ...parsed, locate } };
}
