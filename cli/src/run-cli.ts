import { messageOf } from '@whoran/kernel';
import { CommanderError } from 'commander';
import { createContext } from './context.ts';
import { EXIT, Failure } from './failure.ts';
import type { CliIo } from './io.ts';
import { createProgram } from './program.ts';
import { visible } from './render/visible.ts';

/**
 * Runs one command line, without the name of the program, and answers the exit status: 0 for success, 1 when it could not
 * be done or a check failed, 2 for wrong usage, 130 when it was interrupted. Never throws, and never ends the process.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const context = createContext(io);
  try {
    await createProgram(context).parseAsync(argv.length === 0 ? ['help'] : argv, { from: 'user' });
    return context.status();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (io.signal?.aborted) return EXIT.interrupted;
    context.note(`whoran: ${visible(messageOf(error))}`);
    return error instanceof Failure ? error.status : EXIT.failed;
  }
}
