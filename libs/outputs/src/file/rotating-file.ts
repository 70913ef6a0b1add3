/**
 * A file of lines that grows to a size and then is renamed to PATH.1, the former PATH.1 to PATH.2, and so on. Every line in it
 * is whole: what was written in part, because the disk was full or the power went, is cut off before the next line is written.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';

/** Where and how much. */
export interface RotatingFileOptions {
  readonly path: string;
  /** Bytes after which the file is renamed. One write is never split, so a file may be larger by one. */
  readonly maxSize: number;
  readonly keep: number;
  readonly fsync: boolean;
}

/** Appends only, never waits for a pipe, and never becomes what somebody else's link points to. */
const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK | constants.O_NOFOLLOW;
const MODE = 0o640;
const NEWLINE = 0x0a;
/** How much is read at once when the end of the last whole line is looked for. */
const BLOCK = 65_536;

interface Opened {
  readonly handle: FileHandle;
  readonly inode: number;
  size: number;
}

/** One file that only this object writes to. Calls are carried out one after the other. */
export class RotatingFile {
  private opened: Opened | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: RotatingFileOptions) {}

  /** Appends lines, all or none. Rejects when they could not be written. */
  append(lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    return this.next(() => this.write(bytes));
  }

  close(): Promise<void> {
    return this.next(() => this.letGo());
  }

  private next(work: () => Promise<void>): Promise<void> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  private async write(bytes: Buffer): Promise<void> {
    const { maxSize, fsync } = this.options;
    let file = await this.current();
    if (file.size > 0 && file.size + bytes.length > maxSize) {
      await this.letGo();
      await this.rotate();
      file = await this.current();
    }
    try {
      await file.handle.writeFile(bytes);
      if (fsync) await file.handle.datasync();
      file.size += bytes.length;
    } catch (error) {
      // Whoever reads the file shall not find half a line, and not the whole twice when it is tried again.
      await file.handle.truncate(file.size).catch(() => undefined);
      await this.letGo();
      throw error;
    }
  }

  /** The file that has the name now: somebody else may have renamed or removed the one that we had. */
  private async current(): Promise<Opened> {
    const found = await stat(this.options.path).catch(() => undefined);
    if (this.opened && found?.ino === this.opened.inode) return this.opened;
    await this.letGo();
    this.opened = await openWhole(this.options.path);
    return this.opened;
  }

  private async rotate(): Promise<void> {
    const { path, keep } = this.options;
    await rm(`${path}.${keep}`, { force: true });
    for (let number = keep - 1; number >= 1; number -= 1) await renameIfThere(`${path}.${number}`, `${path}.${number + 1}`);
    await renameIfThere(path, `${path}.1`);
  }

  private async letGo(): Promise<void> {
    const file = this.opened;
    this.opened = undefined;
    await file?.handle.close();
  }
}

async function openWhole(path: string): Promise<Opened> {
  const handle = await open(path, FLAGS, MODE);
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new Error('it is not a file');
    const size = await endOfLastLine(handle, status.size);
    if (size < status.size) await handle.truncate(size);
    return { handle, inode: status.ino, size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** How many bytes of a file are whole lines. */
async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(BLOCK);
  for (let end = size; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const newline = block.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (newline !== -1) return start + newline + 1;
  }
  return 0;
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}
