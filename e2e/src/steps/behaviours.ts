import { createHash } from 'node:crypto';
import { PODS } from '../stage.ts';

/** How an exec came out. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Something that people do with exec, and what must come of it, with whoran and without. */
export interface Behaviour {
  readonly title: string;
  readonly command: readonly string[];
  readonly stdin?: Buffer;
  /** In a terminal. */
  readonly tty?: boolean;
  /** What comes out; the outcome without whoran must be the same in every byte. */
  readonly expected: Partial<Outcome>;
}

const AWKWARD_ARGUMENTS = [
  'a b',
  '"double"',
  "'single'",
  'new\nline',
  '$HOME',
  '`id`',
  '\\',
  '',
  'ümlaut 漢字 😀',
  '*',
  '-n',
  '--',
  'A=B',
  '%20%',
  '{"a": 1}',
];
const PRINT_ARGUMENTS = ['bash', '-c', 'printf "%s\\0" "$@"', 'x'];
const LARGE_INPUT = Buffer.alloc(5_000_000, 'whoran e2e \0\u00ff');
const LONG_ARGUMENTS = ['y'.repeat(60_000), ...Array.from({ length: 300 }, (_, index) => `argument ${index}`)];
/** kubectl sends the size once the program runs already: until then it is "0 0", with whoran and without. */
const WAIT_FOR_SIZE = 'while [ "$(stty size)" = "0 0" ]; do sleep 0.1; done; stty size';

/** The arguments of `kubectl exec`. */
export function execArguments({ command, stdin, tty }: Pick<Behaviour, 'command' | 'stdin' | 'tty'>): readonly string[] {
  return ['exec', ...(stdin || tty ? ['-i'] : []), ...(tty ? ['-t'] : []), PODS.shell, '--', ...command];
}

/** A digest, where the text itself would not be worth showing. */
export function digest(data: Buffer | string): string {
  return data.length <= 4096 ? data.toString() : `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

const zeroTerminated = (words: readonly string[]) => digest(words.map((word) => `${word}\0`).join(''));

/** A program whose path holds "=", which `env` would take for an assignment: whoran uses `sh` for it. */
export const EQUALS_PROGRAM = '/tmp/whoran=e2e';

/** Every behaviour. Programs that do not exist are elsewhere: their messages differ. */
export const BEHAVIOURS: readonly Behaviour[] = [
  { title: 'exit code 0, and no output', command: ['true'], expected: { code: 0, stdout: '', stderr: '' } },
  { title: 'exit code 3', command: ['sh', '-c', 'exit 3'], expected: { code: 3 } },
  { title: 'exit code 127 of a shell', command: ['sh', '-c', 'no-such-program'], expected: { code: 127 } },
  { title: 'exit code 137 of a killed program', command: ['sh', '-c', 'kill -9 $$'], expected: { code: 137 } },
  {
    title: 'standard output and standard error apart',
    command: ['sh', '-c', 'echo out; echo err >&2'],
    expected: { code: 0, stdout: 'out\n', stderr: 'err\n' },
  },
  {
    title: '5 MB of binary standard input through cat',
    command: ['cat'],
    stdin: LARGE_INPUT,
    expected: { code: 0, stdout: digest(LARGE_INPUT) },
  },
  { title: 'standard input that ends at once', command: ['wc', '-c'], stdin: Buffer.alloc(0), expected: { code: 0, stdout: '0\n' } },
  { title: 'no standard input without -i', command: ['cat'], expected: { code: 0, stdout: '' } },
  {
    title: 'arguments with spaces, quotes, newlines, $ and letters beyond ASCII',
    command: [...PRINT_ARGUMENTS, ...AWKWARD_ARGUMENTS],
    expected: { code: 0, stdout: zeroTerminated(AWKWARD_ARGUMENTS) },
  },
  {
    title: 'an argument of 60 kB and 300 more',
    command: [...PRINT_ARGUMENTS, ...LONG_ARGUMENTS],
    expected: { code: 0, stdout: zeroTerminated(LONG_ARGUMENTS) },
  },
  {
    title: 'a program with "=" in its name',
    command: [EQUALS_PROGRAM, 'one', 'two words', '$3'],
    expected: { code: 7, stdout: `${EQUALS_PROGRAM}|one|two words|$3\n` },
  },
  {
    title: 'working directory, user, PATH and variables of the container',
    command: ['sh', '-c', 'pwd; id -u; echo "$PATH"; echo "$GREETING"'],
    expected: { code: 0 },
  },
  {
    title: 'a terminal with its size',
    command: ['sh', '-c', `test -t 0 && test -t 1 && ${WAIT_FOR_SIZE}; exit 5`],
    tty: true,
    expected: { code: 5, stdout: '24 80\r\ncommand terminated with exit code 5\r\n' },
  },
  {
    title: 'arguments and exit code in a terminal',
    command: ['sh', '-c', 'printf "<%s>" "$@"; exit 9', 'x', 'a b', '$HOME', 'ü'],
    tty: true,
    expected: { code: 9, stdout: '<a b><$HOME><ü>command terminated with exit code 9\r\n' },
  },
];
