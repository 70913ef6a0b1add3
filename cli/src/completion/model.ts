import type { Command, Option } from 'commander';

/** What may follow an option: nothing, words of a list, a file or folder, or anything. */
export type Follows =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' }
  | { readonly kind: 'any' };

/** An option as completion sees it. */
export interface OptionModel {
  /** Such as `-o` and `--output`. */
  readonly flags: readonly string[];
  readonly about: string;
  readonly follows: Follows;
}

/** A command as completion sees it; the path begins with the name of the program: `whoran keys list`. */
export interface CommandModel {
  readonly path: string;
  readonly name: string;
  readonly about: string;
  readonly options: readonly OptionModel[];
  readonly children: readonly CommandModel[];
  /** What its argument may be, where that is a list. */
  readonly words: readonly string[];
  /** Whether its arguments are files or folders. */
  readonly files: boolean;
}

/** The commands and options of a program. Nothing is written by hand twice: help and completion have one source. */
export function commandModel(command: Command, parent?: CommandModel, inherited: readonly OptionModel[] = []): CommandModel {
  const own = command.options.filter((option) => !option.hidden).map(optionModel);
  const path = parent ? `${parent.path} ${command.name()}` : command.name();
  const options = [...own, ...inherited.filter(({ flags }) => !flags.includes('--version')), help];
  const [argument] = command.registeredArguments;
  const words = argument?.argChoices ?? [];
  const files = argument?.name() === 'files';
  const model: CommandModel = { path, name: command.name(), about: command.description(), options, children: [], words, files };
  return { ...model, children: command.commands.map((child) => commandModel(child, model, [...own, ...inherited])) };
}

/** A command and everything below it. */
export function allCommands(root: CommandModel): readonly CommandModel[] {
  return [root, ...root.children.flatMap(allCommands)];
}

const help: OptionModel = { flags: ['-h', '--help'], about: 'show help', follows: { kind: 'nothing' } };

function optionModel(option: Option): OptionModel {
  const flags = [option.short, option.long].filter((flag): flag is string => flag !== undefined);
  return { flags, about: option.description, follows: followsOf(option) };
}

function followsOf(option: Option): Follows {
  if (!option.required && !option.optional) return { kind: 'nothing' };
  if (option.argChoices) return { kind: 'words', words: option.argChoices };
  return /<(file|files|dir)(\.\.\.)?>/.test(option.flags) ? { kind: 'file' } : { kind: 'any' };
}
