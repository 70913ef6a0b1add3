import { PROGRAM_FLAGS, type ProgramFlags, REDACTED, SECRET_FLAG, SEPARATOR } from './secrets.ts';

const ENDS_COMMAND = /^(?:\||\|\||&&|&|;)$|;$/;

interface Walk {
  readonly flags: ProgramFlags | undefined;
  readonly login: boolean;
  /** What the next word is: a secret, a `user:secret` pair, or nothing of note. */
  readonly expects: 'secret' | 'pair' | undefined;
}

const START: Walk = { flags: undefined, login: false, expects: undefined };

/**
 * Redacts words that are secret because of the word before them or the program they are for: `--password x`,
 * `mysql -px`, `curl -u user:x`. `parts` are words and what separates them, in turn. Linear in their number.
 */
export function redactWords(parts: readonly string[]): string[] {
  const out: string[] = [];
  let walk = START;
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    if (at % 2 === 1 || part === '') {
      out.push(part);
      continue;
    }
    const end = walk.expects === undefined ? at : endOfQuoted(parts, at);
    const [word, next] = step(walk, parts.slice(at, end + 1).join(''));
    out.push(word);
    walk = next;
    at = end;
  }
  return out;
}

function step(walk: Walk, word: string): [string, Walk] {
  const idle: Walk = ENDS_COMMAND.test(word) ? START : { ...walk, expects: undefined };
  const isFlag = word.startsWith('-');
  if (walk.expects === 'secret' && !isFlag) return [REDACTED, idle];
  if (walk.expects === 'pair' && !isFlag) return [redactPair(word), idle];
  if (SECRET_FLAG.test(word)) return [word, { ...idle, expects: 'secret' }];
  if (isFlag) return idle.flags ? programFlag(idle, idle.flags, word) : [word, idle];
  if (word === 'login') return [word, { ...idle, login: true }];
  const flags = PROGRAM_FLAGS.get(word.slice(word.lastIndexOf('/') + 1));
  return [word, flags ? { ...START, flags } : idle];
}

function programFlag(walk: Walk, flags: ProgramFlags, word: string): [string, Walk] {
  if (flags.login && !walk.login) return [word, walk];
  if (flags.next?.includes(word)) return [word, { ...walk, expects: 'secret' }];
  if (flags.pair?.includes(word)) return [word, { ...walk, expects: 'pair' }];
  const attached = flags.attached?.find((flag) => word.startsWith(flag) && word.length > flag.length);
  if (attached !== undefined) return [`${attached}${REDACTED}`, walk];
  const pair = flags.pair?.find((flag) => flag.length === 2 && word.startsWith(flag));
  return [pair === undefined ? word : `${pair}${redactPair(word.slice(2))}`, walk];
}

function redactPair(word: string): string {
  const colon = word.indexOf(':');
  return colon === -1 ? word : `${word.slice(0, colon + 1)}${REDACTED}`;
}

/** A word that opens a quote goes on to the word that closes it, if there is one nearby in the same word of an argv. */
function endOfQuoted(parts: readonly string[], at: number): number {
  const word = parts[at] ?? '';
  const quote = word.charAt(0);
  if ((quote !== '"' && quote !== "'") || (word.length > 1 && word.endsWith(quote))) return at;
  for (let end = at + 2; end < parts.length && end < at + 40; end += 2) {
    if (parts[end - 1] === SEPARATOR) return at;
    if (parts[end]?.endsWith(quote)) return end;
  }
  return at;
}
