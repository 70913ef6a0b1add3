import { type CommandModel, type Follows, allCommands } from './model.ts';

/** What completion in every shell decides by, as texts `<path> <word>`; none of our words has a character that is special to a shell. */
export interface Cases {
  /** A path and the name of a command below it. */
  readonly commands: readonly string[];
  /** A path and an option that takes a value. */
  readonly valued: readonly string[];
  /** Values to offer, with the paths and options that take them. */
  readonly words: readonly { readonly words: readonly string[]; readonly after: readonly string[] }[];
  readonly files: readonly string[];
}

/** Sorts the options of all commands by what follows them. */
export function casesOf(root: CommandModel): Cases {
  const commands = allCommands(root);
  const after = (wanted: (follows: Follows) => boolean) =>
    commands.flatMap(({ path, options }) =>
      options.filter(({ follows }) => wanted(follows)).flatMap(({ flags }) => flags.map((flag) => `${path} ${flag}`)),
    );
  const lists = new Set(
    commands.flatMap(({ options }) => options.flatMap(({ follows }) => (follows.kind === 'words' ? [follows.words.join(' ')] : []))),
  );
  return {
    commands: commands.flatMap(({ path, children }) => children.map(({ name }) => `${path} ${name}`)),
    valued: after(({ kind }) => kind !== 'nothing'),
    words: [...lists].map((list) => ({
      words: list.split(' '),
      after: after((follows) => follows.kind === 'words' && follows.words.join(' ') === list),
    })),
    files: after(({ kind }) => kind === 'file'),
  };
}

/** Texts as the alternatives of a `case` in bash and zsh. */
export function alternatives(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(' | ');
}
