/** A Markdown table. Cells may hold anything: bars and line breaks are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

/** A page of docs that is made from code. */
export function page(title: string, ...paragraphs: readonly string[]): string {
  return [`# ${title}`, ...paragraphs, '<!-- Made from the code by `npm run docs`. -->'].join('\n\n') + '\n';
}
