/** An option as it stood among the words: its letter, `?` for an unknown one, `` for one whose value is missing. */
export interface FoundOption {
  readonly name: string;
  readonly value?: string;
  /** The letter, whatever became of it. */
  readonly letter: string;
}

/** Which letters are options, and which of them take a value. */
interface Known {
  readonly plain: ReadonlySet<string>;
  readonly valued: ReadonlySet<string>;
}

/**
 * Reads options as the shell's getopts does, from the first word on (there is no command name), up to `--` or the first word that is
 * no option. Words with two dashes are passed over. The value of an option is the rest of its word, or the next word.
 */
export function readOptions(words: readonly string[], options: string): readonly FoundOption[] {
  const known = readKnown(options);
  const found: FoundOption[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') break;
    if (word.startsWith('--')) continue;
    if (word.length < 2 || !word.startsWith('-')) break;
    if (readWord(word, { known, found, next: words[at + 1] })) at += 1;
  }
  return found;
}

/** The value of the option, or its letter if it takes none; of several the last. Nothing if it is not there. */
export function selectOption(found: readonly FoundOption[], letter: string): string | undefined {
  const last = found.findLast((option) => option.letter === letter && option.name !== '?');
  return last?.value ?? last?.name;
}

function readKnown(options: string): Known {
  const [plain, valued] = [new Set<string>(), new Set<string>()];
  const letters = options.startsWith(':') ? options.slice(1) : options;
  for (const [index, letter] of [...letters].entries()) {
    if (letter !== ':') (letters.charAt(index + 1) === ':' ? valued : plain).add(letter);
  }
  return { plain, valued };
}

interface Reading {
  readonly known: Known;
  readonly found: FoundOption[];
  readonly next: string | undefined;
}

/** Whether the next word was taken for the value of an option. */
function readWord(word: string, { known, found, next }: Reading): boolean {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    if (known.valued.has(letter)) {
      const rest = word.slice(at + 1);
      const value = rest === '' ? next : rest;
      found.push(value === undefined ? { name: '', letter } : { name: letter, value, letter });
      return rest === '' && next !== undefined;
    }
    found.push({ name: known.plain.has(letter) ? letter : '?', letter });
  }
  return false;
}
