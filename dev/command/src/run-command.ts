import { type Result, messageOf } from '@whoran/kernel';

/** What somebody gave cannot be used; the message says what it is and what to do, and no stack is needed. */
export class Unusable extends Error {}

/** A person asks what there is. */
export interface Help {
  readonly kind: 'help';
  readonly text: string;
}

/** Where a command speaks, line by line: results on standard output, everything else on standard error. */
export interface Talk {
  readonly print: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** A command for developers. */
export interface CommandSpec<O extends { readonly kind: string }> {
  readonly name: string;
  /** Reads the command line; an error says what to write instead. */
  readonly read: (args: readonly string[]) => Result<O | Help, string>;
  /** Does what was asked; resolves with whether all is as it should be. */
  readonly run: (options: O, talk: Talk) => Promise<boolean> | boolean;
}

const STATUS = { good: 0, bad: 1, unable: 2 } as const;

/** Runs a command and sets the exit status: 0 for good, 1 for bad news, 2 when it could not be done. Never rejects. */
export async function runCommand<O extends { readonly kind: string }>({ name, read, run }: CommandSpec<O>): Promise<void> {
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const warn = (line: string) => void process.stderr.write(`${line}\n`);
  // A reader such as head may go away before the end: what it did not want to read is no failure.
  process.stdout.on('error', () => {});
  // Not process.exit: what was printed must be out, also into a pipe.
  process.exitCode = STATUS.unable;
  const options = read(process.argv.slice(2));
  if (!options.ok) return warn(`${name}: ${options.error}; --help says more`);
  try {
    if (isHelp(options.value)) print(options.value.text.trimEnd());
    process.exitCode = isHelp(options.value) || (await run(options.value, { print, warn })) ? STATUS.good : STATUS.bad;
  } catch (error) {
    warn(`${name}: ${error instanceof Unusable ? error.message : ((error as Error).stack ?? messageOf(error))}`);
  }
}

function isHelp(options: { readonly kind: string }): options is Help {
  return options.kind === 'help';
}
