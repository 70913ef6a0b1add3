import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** One source file of a project, parsed. */
export interface Source {
  readonly project: string;
  readonly path: string;
  readonly tree: ts.SourceFile;
}

/** The sources of all libraries, services and the CLI, without specs, in the order of their paths. */
export function allSources(): readonly Source[] {
  return globSync('{libs/*,services/*,cli}/src/**/*.ts')
    .filter((path) => !/\.(spec|int-spec|suite)\.ts$|\/spec-|\/testing\//.test(path))
    .sort()
    .map((path) => ({
      path,
      project: path.split('/src/')[0]?.split('/').at(-1) ?? path,
      tree: ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true),
    }));
}

/** Every node of a file, parents first. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesOf(child);
}

/** The text of a literal, or of literals that are joined with `+`. */
export function literalText(node: ts.Node | undefined): string | undefined {
  if (node && ts.isStringLiteralLike(node)) return node.text;
  if (!node || !ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [literalText(node.left), literalText(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

/** Where a node is, for a message. */
export function placeOf({ path, tree }: Source, node: ts.Node): string {
  return `${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
