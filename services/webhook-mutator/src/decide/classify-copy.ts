import type { ExecSession } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';

const MAX_PATH = 65_536;
/** With `--retries`, kubectl reads on where it was: `tar cf - <path> | tail -c+<byte>`. */
const RETRY = /^tar cf - (.+) \| tail -c\+\d{1,19}$/s;
const UNPACK_FLAGS = new Set(['xmf', '-xmf']);
const UNPACK_OPTIONS = new Set(['--no-same-permissions', '--no-same-owner']);

/**
 * What `kubectl cp` copies, when a command is its tar: `tar cf - <path>` reads from the pod, `tar -xmf - [-C <dir>]` writes
 * into it. Its preceding `test -d <path>` is an exec like any other. Anybody may type the same: it is then the same copy.
 */
export function classifyCopy(command: readonly string[]): ExecSession['copy'] {
  const [program, ...args] = command;
  if (program === 'tar') return readFrom(args) ?? writtenTo(args);
  const retried = program === 'sh' && args[0] === '-c' && args.length === 2 ? RETRY.exec(args[1] ?? '')?.[1] : undefined;
  return retried === undefined ? undefined : fromPod(retried);
}

function readFrom([flags, dash, path, ...rest]: readonly string[]): ExecSession['copy'] {
  const reads = (flags === 'cf' || flags === '-cf') && dash === '-' && path !== undefined && rest.length === 0;
  return reads ? fromPod(path) : undefined;
}

function writtenTo(args: readonly string[]): ExecSession['copy'] {
  const [flags = '', dash, change, folder, ...rest] = args.filter((arg) => !UNPACK_OPTIONS.has(arg));
  if (!UNPACK_FLAGS.has(flags) || dash !== '-' || rest.length > 0) return undefined;
  if (change === undefined) return { direction: 'to-pod', path: '.' };
  return change === '-C' && folder !== undefined ? { direction: 'to-pod', path: truncate(folder, MAX_PATH) } : undefined;
}

function fromPod(path: string): ExecSession['copy'] {
  return { direction: 'from-pod', path: truncate(path, MAX_PATH) };
}
