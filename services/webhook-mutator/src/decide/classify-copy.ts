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
  if (program === 'sh' && args.length === 2 && args[0] === '-c') {
    const path = RETRY.exec(args[1] ?? '')?.[1];
    return path === undefined ? undefined : fromPod(path);
  }
  if (program !== 'tar') return undefined;
  if ((args[0] === 'cf' || args[0] === '-cf') && args[1] === '-' && args.length === 3) return fromPod(args[2] ?? '');
  const [flags, dash, ...rest] = args.filter((arg) => !UNPACK_OPTIONS.has(arg));
  if (!UNPACK_FLAGS.has(flags ?? '') || dash !== '-') return undefined;
  if (rest.length === 0) return { direction: 'to-pod', path: '.' };
  return rest[0] === '-C' && rest.length === 2 ? { direction: 'to-pod', path: truncate(rest[1] ?? '', MAX_PATH) } : undefined;
}

function fromPod(path: string): ExecSession['copy'] {
  return { direction: 'from-pod', path: truncate(path, MAX_PATH) };
}
