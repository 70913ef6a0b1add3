import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { commandModel } from '../completion/model.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { CliContext } from '../context.ts';
import { addExamples } from '../options.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** `whoran completion bash|zsh|fish`: a script for the shell, on stdout. */
export function addCompletion(program: Command, context: CliContext): void {
  const command = program
    .command('completion')
    .description('Write the completion script of a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)));
  addExamples(command, [
    ["echo 'source <(whoran completion bash)' >> ~/.bashrc", 'bash, from the next shell on'],
    ["echo 'source <(whoran completion zsh)' >> ~/.zshrc", 'zsh; after compinit'],
    ['whoran completion fish > ~/.config/fish/completions/whoran.fish', 'fish'],
  ]);
  command.action((shell: keyof typeof SHELLS) => context.out(SHELLS[shell](commandModel(program))));
}
