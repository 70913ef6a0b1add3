import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { type Clock, type Logger, messageOf } from '@whoran/kernel';
import type { Shutdown } from './shutdown.ts';

/** How a file is followed. */
export interface FollowOptions {
  readonly path: string;
  /** Takes the complete lines read at once, in order. The next ones are read when it resolves. */
  readonly onLines: (lines: readonly Buffer[]) => Promise<void>;
  /** Lines longer than this many bytes are handed over cut, so that memory is bounded. */
  readonly maxLine: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
  /** Milliseconds between looks at the file. */
  readonly interval?: number;
}

const CHUNK = 1 << 20;

/** Follows a log file from its beginning, like `tail -F`: across rotation by renaming and by truncation, and before it exists. */
export function followFile(options: FollowOptions): void {
  const { clock, logger, shutdown, interval = 500 } = options;
  const follower = new Follower(options);
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const tick = () => {
    running = follower
      .look()
      .catch((error: unknown) => logger.warn('file.unreadable', { path: options.path, error: messageOf(error) }))
      .then(() => {
        if (!stopped) clock.schedule(interval, tick);
      });
  };
  tick();
  shutdown.add('follow-file', async () => {
    stopped = true;
    await running;
    await follower.close();
  });
}

class Follower {
  private file: FileHandle | undefined;
  private inode = 0;
  private position = 0;
  private rest = Buffer.alloc(0);

  constructor(private readonly options: FollowOptions) {}

  /** Reads what is new, in the old file first when it was rotated. */
  async look(): Promise<void> {
    const now = await stat(this.options.path).catch(() => undefined);
    if (this.file) await this.readOn();
    if (!now || (this.file && now.ino === this.inode)) return;
    await this.close();
    this.file = await open(this.options.path, 'r');
    this.inode = now.ino;
    this.position = 0;
    this.rest = Buffer.alloc(0);
    await this.readOn();
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  private async readOn(): Promise<void> {
    const file = this.file as FileHandle;
    const { size } = await file.stat();
    if (size < this.position) this.position = 0;
    const chunk = Buffer.alloc(CHUNK);
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK, this.position);
      if (bytesRead === 0) return;
      await this.hand(chunk.subarray(0, bytesRead));
      this.position += bytesRead;
    }
  }

  private async hand(chunk: Buffer): Promise<void> {
    const data = Buffer.concat([this.rest, chunk]);
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10, start)) {
      if (end > start) lines.push(data.subarray(start, end));
      start = end + 1;
    }
    this.rest = Buffer.from(data.subarray(start));
    if (this.rest.length > this.options.maxLine) {
      lines.push(this.rest.subarray(0, this.options.maxLine));
      this.rest = Buffer.alloc(0);
    }
    if (lines.length > 0) await this.options.onLines(lines);
  }
}
