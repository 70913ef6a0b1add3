import { type Issue, type Result, err, isRecord, messageOf, ok } from '@whoran/kernel';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { type Document, LineCounter, isNode, parseDocument } from 'yaml';

/** What a YAML file holds, and where. */
export interface YamlFile {
  readonly value: unknown;
  /** Adds line and column to an issue whose item is a JSON pointer. */
  locate(issue: Issue): Issue;
}

const MAX_ISSUES = 20;
/** Aliases that one file may use: enough for people, too few for a file that unfolds without end. */
const MAX_ALIASES = 100;
const compiled = new WeakMap<TSchema, Validator>();

/** Reads a YAML file that must fit a schema. Reports every problem at once, with line and column. Never throws. */
export function readYaml(text: string, schema: TSchema): Result<YamlFile, readonly Issue[]> {
  try {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const problems = [...document.errors, ...document.warnings];
    if (problems.length > 0)
      return err(problems.slice(0, MAX_ISSUES).map(({ message, pos }) => ({ code: 'invalid-yaml', message, ...place(lines, pos[0]) })));
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    const locate = (issue: Issue): Issue => ({ ...issue, ...place(lines, offsetOf(document, issue.item ?? '')) });
    const issues = problemsOf(schema, value);
    return issues.length > 0 ? err(issues.map(locate)) : ok({ value, locate });
  } catch (error) {
    return err([{ code: 'invalid-yaml', message: error instanceof RangeError ? 'nests too deep' : messageOf(error), line: 1, column: 1 }]);
  }
}

function problemsOf(schema: TSchema, value: unknown): Issue[] {
  let validator = compiled.get(schema);
  if (!validator) compiled.set(schema, (validator = Compile(schema)));
  if (validator.Check(value)) return [];
  const issues: Issue[] = [];
  for (const error of validator.Errors(value).slice(0, MAX_ISSUES)) {
    // An unknown key is reported twice, once for its parent and once for itself: the second says where.
    if (error.keyword === 'additionalProperties') continue;
    issues.push({
      code: 'invalid-setting',
      item: error.instancePath === '' ? '/' : error.instancePath,
      message: messageFor(schema, error),
    });
  }
  return issues;
}

function messageFor(schema: TSchema, error: ReturnType<Validator['Errors']>[number]): string {
  switch (error.keyword) {
    case 'boolean':
      return 'is not a setting here';
    case 'enum':
      return `must be one of ${error.params.allowedValues.join(', ')}`;
    case 'pattern': {
      const described = descriptionAt(schema, error.schemaPath);
      return described === undefined ? error.message : `does not have the form that it must have: ${described}`;
    }
    default:
      return error.message;
  }
}

/** What a schema says about the part at `#/properties/name`, if it says anything. */
function descriptionAt(schema: TSchema, path: string): string | undefined {
  const parts = path.split('/').slice(1);
  const part = parts.reduce<unknown>((at, name) => (isRecord(at) || Array.isArray(at) ? Reflect.get(at, name) : undefined), schema);
  const description = isRecord(part) ? part['description'] : undefined;
  return typeof description === 'string' ? description : undefined;
}

/** Where the node of a pointer begins, or else the nearest node around it that is in the file. */
function offsetOf(document: Document, pointer: string): number {
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
