import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { type Result, err, messageOf, ok } from '@whoran/kernel';

const CHUNK = 1 << 20;
const STDIN = 0;

/** The text of a file, a pipe, or with `-` of stdin, if it is UTF-8 of at most this many bytes. The error says why it cannot be had. */
export function readBounded(path: string, maxBytes: number): Result<string, string> {
  try {
    const bytes = path === '-' ? readAll(STDIN, maxBytes) : readFile(path, maxBytes);
    if (bytes === undefined) return err(`has more than ${maxBytes >> 20} MiB`);
    return isUtf8(bytes) ? ok(bytes.toString()) : err('is not UTF-8');
  } catch (error) {
    return err(messageOf(error));
  }
}

function readFile(path: string, maxBytes: number): Buffer | undefined {
  const descriptor = openSync(path, 'r');
  try {
    return readAll(descriptor, maxBytes);
  } finally {
    closeSync(descriptor);
  }
}

/** In pieces: the size of a pipe is not known before. */
function readAll(descriptor: number, maxBytes: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const count = readSync(descriptor, chunk);
    if (count === 0) return Buffer.concat(chunks, size);
    size += count;
    if (size > maxBytes) return undefined;
    chunks.push(chunk.subarray(0, count));
  }
}
