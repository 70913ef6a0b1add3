import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples } from '../options.ts';
import { version } from '../version.ts';

/** `whoran version`. */
export function addVersion(program: Command, context: CliContext): void {
  const command = program.command('version').description('Show the version');
  addExamples(command, [['whoran version', 'what to name in a report']]);
  command.action(() => context.out(`whoran ${version()} (Node ${process.versions.node})\n`));
}
