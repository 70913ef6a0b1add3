import { alternatives, casesOf } from './cases.ts';
import { type CommandModel, type OptionModel, allCommands } from './model.ts';

/** A completion script for zsh, to be sourced, or kept as `_whoran` in a folder of $fpath. */
export function zshCompletion(root: CommandModel): string {
  const { commands, valued, words, files } = casesOf(root);
  const takingFiles = allCommands(root).filter((command) => command.files);
  const offers = allCommands(root).map(({ path, children, words: own, options }) => {
    const names = [...children.map(({ name, about }) => item(name, about)), ...own.map((word) => item(word, ''))].join(' ');
    return `    ('${path}') names=(${names}) flags=(${options.flatMap(flagItems).join(' ')}) ;;`;
  });
  return `#compdef whoran
# zsh completion for whoran: source <(whoran completion zsh)
_whoran() {
  local cur=$words[CURRENT] prev=$words[CURRENT-1] at='whoran' skip='' word='' i
  local -a names flags
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*}
    compset -P '*='
  fi
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $skip ]]; then
      skip=''
      continue
    fi
    case "$at $word" in
    (${alternatives(commands)}) at="$at $word" ;;
    (${alternatives(valued)}) skip=1 ;;
    esac
  done
  case "$at $prev" in
${words.map((list) => `    (${alternatives(list.after)}) compadd -- ${list.words.join(' ')}; return ;;`).join('\n')}
    (${alternatives(files)}) _files; return ;;
    (${alternatives(valued)}) _message 'value'; return ;;
  esac
  case "$at" in
${offers.join('\n')}
  esac
  if [[ $cur != -* ]]; then
    case "$at" in
    (${alternatives(takingFiles.map(({ path }) => path))}) _files; return ;;
    esac
  fi
  if [[ $cur == -* || \${#names} -eq 0 ]]; then
    _describe -o 'option' flags
  else
    _describe 'command' names
  fi
}
if [[ $funcstack[1] == '_whoran' ]]; then
  _whoran "$@"
else
  compdef _whoran whoran
fi
`;
}

function flagItems({ flags, about }: OptionModel): readonly string[] {
  return flags.map((flag) => item(flag, about));
}

/** `name:description` for _describe, in single quotes; a colon in the name would have to be escaped, and none has one. */
function item(name: string, about: string): string {
  return `'${name}${about === '' ? '' : `:${about.replaceAll("'", "'\\''")}`}'`;
}
