import { casesOf } from './cases.ts';
import { type CommandModel, type OptionModel, allCommands } from './model.ts';

/** A completion script for fish 3 and later. */
export function fishCompletion(root: CommandModel): string {
  const { commands, valued } = casesOf(root);
  const list = (texts: readonly string[]) => texts.map(quoted).join(' ');
  const lines = allCommands(root).flatMap(({ path, children, words, options, files }) => {
    const line = (rest: string) => `complete -c whoran -n ${quoted(`__whoran_at ${path}`)} ${rest}`;
    return [
      ...children.map(({ name, about }) => line(`-f -a ${name} -d ${quoted(about)}`)),
      ...(files ? [line('-F')] : []),
      ...words.map((word) => line(`-f -a ${word}`)),
      ...options.map((option) => line(optionRest(option))),
    ];
  });
  return `# fish completion for whoran: whoran completion fish | source
function __whoran_at
    set -l at whoran
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch "$at $word"
            case ${list(commands)}
                set at "$at $word"
            case ${list(valued)}
                set skip 1
        end
    end
    test "$at" = "$argv"
end
complete -c whoran -f
${lines.join('\n')}
`;
}

function optionRest({ flags, about, follows }: OptionModel): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
  const value = { nothing: '', words: ' -x', file: ' -r -F', any: ' -x' }[follows.kind];
  const words = follows.kind === 'words' ? ` -a ${quoted(follows.words.join(' '))}` : '';
  return `${names}${value}${words} -d ${quoted(about)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
