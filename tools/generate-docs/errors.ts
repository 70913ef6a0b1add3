import ts from 'typescript';
import { allSources, literalText, nodesOf } from './sources.ts';
import { page, table } from './table.ts';

const INTRODUCTION = `Codes of errors, in logs and in answers as \`{"error": {"code", "message"}}\`. They are stable. An answer to a request that is
wrong in itself has the code \`HTTP_<status>\`; what the HTTP server itself refuses has a code that begins with \`FST_\`.`;

/** Codes without a class: for what nobody threw on purpose. */
const BARE = [
  [
    '`WHORAN_UNEXPECTED`',
    '',
    'no',
    'A bug. The message is in the dead letters, or the request failed with 500; the log has the stack. Report it.',
  ],
];

/** docs/errors.md: every class of errors, with its code and doc comment. */
export function errorsPage(): string {
  const rows = allSources().flatMap(({ tree }) => [...nodesOf(tree)].filter(ts.isClassDeclaration).flatMap(errorRow));
  const sorted = [...rows, ...BARE].sort((a, b) => (a[0] ?? '').localeCompare(b[0] ?? ''));
  return page('Errors', INTRODUCTION, table(['Code', 'Class', 'Try again', 'Meaning'], sorted));
}

function errorRow(declaration: ts.ClassDeclaration): string[][] {
  const parents = declaration.heritageClauses?.flatMap(({ types }) => types.map((type) => type.expression.getText())) ?? [];
  const code = literalText(initialiserOf(declaration, 'code'));
  if (!parents.includes('AppError') || code === undefined) return [];
  const about = ts.getJSDocCommentsAndTags(declaration).map((comment) => ts.getTextOfJSDocComment(comment.comment) ?? '');
  const retriable = initialiserOf(declaration, 'retriable')?.kind === ts.SyntaxKind.TrueKeyword;
  return [[`\`${code}\``, declaration.name?.text ?? '', retriable ? 'yes' : 'no', about.join(' ')]];
}

function initialiserOf(declaration: ts.ClassDeclaration, name: string): ts.Node | undefined {
  const member = declaration.members.find((candidate) => ts.isPropertyDeclaration(candidate) && candidate.name.getText() === name);
  return member && ts.isPropertyDeclaration(member) ? member.initializer : undefined;
}
