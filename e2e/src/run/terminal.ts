/** A command line that runs a command in a terminal of its own, with 80 columns and 24 lines. Its exit code is the command's. */
export function inTerminal(command: readonly string[]): readonly string[] {
  return ['script', '-qec', `stty cols 80 rows 24; exec ${command.map(quote).join(' ')}`, '/dev/null'];
}

/** One word for a POSIX shell. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
