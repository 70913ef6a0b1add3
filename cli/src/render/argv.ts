const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** An argv as a shell would take it: words with other characters stand in single quotes. */
export function printArgv(argv: readonly string[]): string {
  return argv.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
