import { alternatives, casesOf } from './cases.ts';
import { type CommandModel, allCommands } from './model.ts';

/** A completion script for bash 3.2 and later; it starts no other program. */
export function bashCompletion(root: CommandModel): string {
  const { commands, valued, words, files } = casesOf(root);
  const takingFiles = allCommands(root).filter((command) => command.files);
  const offers = allCommands(root).map(({ path, children, words: own, options }) => {
    const names = [...children.map(({ name }) => name), ...own].join(' ');
    const flags = options.flatMap((option) => option.flags).join(' ');
    return `    '${path}') names='${names}' flags='${flags}' ;;`;
  });
  return `# bash completion for whoran: source <(whoran completion bash)
_whoran() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev='' path='whoran' skip='' word='' names='' flags='' i
  if ((COMP_CWORD > 0)); then prev=\${COMP_WORDS[COMP_CWORD - 1]}; fi
  # readline breaks --output=json at the equals sign
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $prev == '=' ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $skip ]]; then
      [[ $word == '=' ]] || skip=''
      continue
    fi
    case "$path $word" in
    ${alternatives(commands)}) path="$path $word" ;;
    ${alternatives(valued)}) skip=1 ;;
    esac
  done
  COMPREPLY=()
  case "$path $prev" in
${words.map((list) => `    ${alternatives(list.after)})\n      COMPREPLY=($(compgen -W '${list.words.join(' ')}' -- "$cur"))\n      return\n      ;;`).join('\n')}
    ${alternatives(files)})
      compopt -o default 2>/dev/null
      return
      ;;
    ${alternatives(valued)}) return ;;
  esac
  case "$path" in
${offers.join('\n')}
  esac
  if [[ $cur != -* ]]; then
    case "$path" in
    ${alternatives(takingFiles.map(({ path }) => path))})
      compopt -o default 2>/dev/null
      return
      ;;
    esac
  fi
  if [[ $cur == -* || -z $names ]]; then names=$flags; fi
  COMPREPLY=($(compgen -W "$names" -- "$cur"))
}
complete -F _whoran whoran
`;
}
