import type { ExecSession } from './exec-session.ts';

/** What kubectl cp copied, and which way. */
export type Copy = NonNullable<ExecSession['copy']>;

const MAX_PATH = 65_536;
/** With `--retries`, kubectl reads through a shell so that it can go on where it broke off. */
const WITH_RETRIES = /^tar cf - (.+) \| tail -c\+\d+$/s;
/** Options of tar that take the next argument as their value. */
const WITH_VALUE = new Set([
  '-C',
  '--directory',
  '-f',
  '--file',
  '-T',
  '--files-from',
  '-X',
  '--exclude-from',
  '--exclude',
  '--transform',
  '--owner',
  '--group',
  '--mode',
]);

/**
 * Whether a command is one half of `kubectl cp`: tar to standard output, or from standard input. A person who types the
 * same tar by hand copies as well. The path is where files are read or written in the container, as it stands in the command.
 */
export function classifyCopy(command: readonly string[]): Copy | undefined {
  const shell = command.length === 3 && command[0] === 'sh' && command[1] === '-c' ? WITH_RETRIES.exec(command[2] ?? '') : null;
  if (shell) return copy('from-pod', shell[1] ?? '');
  if (!/^(?:.*\/)?tar$/.test(command[0] ?? '')) return undefined;
  const tar = readTar(command.slice(1));
  if (tar.file !== '-') return undefined;
  if (tar.mode === 'x') return copy('to-pod', tar.folder ?? '.');
  if (tar.mode !== 'c') return undefined;
  const paths = tar.paths.join(' ') || '.';
  return copy('from-pod', tar.folder === undefined || paths.startsWith('/') ? paths : `${tar.folder}/${paths}`);
}

interface Tar {
  mode?: 'c' | 'x';
  file?: string;
  folder?: string;
  readonly paths: string[];
}

function readTar(args: readonly string[]): Tar {
  const tar: Tar = { paths: [] };
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (at > 0 && !arg.startsWith('-')) tar.paths.push(arg);
    else if (arg.startsWith('--')) at += readLong(tar, arg, args[at + 1]);
    else if (arg !== '-') at += readLetters(tar, arg, args[at + 1]);
  }
  return tar;
}

/** Reads `--option`, `--option=value` or `--option value`; says how many more arguments it took. */
function readLong(tar: Tar, arg: string, next: string | undefined): number {
  const [name = '', ...rest] = arg.split('=');
  if (name === '--create') tar.mode = 'c';
  if (name === '--extract' || name === '--get') tar.mode = 'x';
  if (!WITH_VALUE.has(name)) return 0;
  setValue(tar, name, rest.length > 0 ? rest.join('=') : next);
  return rest.length > 0 ? 0 : 1;
}

/** Reads a bundle such as `cf`, `-xmf` or `-C`; says how many more arguments it took. */
function readLetters(tar: Tar, arg: string, next: string | undefined): number {
  const letters = arg.replace(/^-/, '');
  if (/^[^CfTX]*c/.test(letters)) tar.mode = 'c';
  else if (/^[^CfTX]*x/.test(letters)) tar.mode = 'x';
  const option = /[CfTX]/.exec(letters);
  if (!option) return 0;
  const attached = letters.slice(option.index + 1);
  const isOldStyle = !arg.startsWith('-');
  const value = attached === '' || isOldStyle ? next : attached;
  setValue(tar, `-${option[0]}`, value);
  return value === next ? 1 : 0;
}

function setValue(tar: Tar, option: string, value: string | undefined): void {
  if (value === undefined) return;
  if (option === '-C' || option === '--directory') tar.folder = value;
  if (option === '-f' || option === '--file') tar.file = value;
}

function copy(direction: Copy['direction'], path: string): Copy {
  return { direction, path: path.slice(0, MAX_PATH) };
}
