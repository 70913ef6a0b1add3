import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { type Clock, type Logger, messageOf } from '@whoran/kernel';
import { LineSplitter } from './line-splitter.ts';
import type { Shutdown } from '../shutdown.ts';

/** How a file is followed. */
export interface FollowOptions {
  readonly path: string;
  /**
   * Takes the complete lines read at once, in order; empty lines are left out. The next ones are read when it resolves.
   * If it rejects, the same lines come again.
   */
  readonly onLines: (lines: readonly Buffer[]) => Promise<void>;
  /** Of a line longer than this many bytes only the beginning is handed over, so that memory is bounded. */
  readonly maxLine: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
  /** Milliseconds between looks at the file. */
  readonly interval?: number;
}

const CHUNK = 1 << 20;

/**
 * Follows a log file from its beginning, like `tail -F`: across rotation by renaming and by truncation, and before it
 * exists. After a restart it begins at the beginning again. A file that is truncated and grows beyond its old length
 * between two looks, and all but the last of several rotations between two looks, are not noticed.
 */
export function followFile(options: FollowOptions): void {
  const { clock, shutdown, interval = 500 } = options;
  const follower = new Follower(options);
  let stopped = false;
  const tick = () => {
    running = follower.look().then(() => {
      if (!stopped) clock.schedule(interval, tick);
    });
  };
  let running: Promise<void> = Promise.resolve();
  tick();
  shutdown.add('follow-file', async () => {
    stopped = true;
    follower.stop();
    await running;
    await follower.close();
  });
}

class Follower {
  private file: FileHandle | undefined;
  private inode = 0n;
  private position = 0;
  private lines: LineSplitter;
  private rotated = false;
  private problem = '';
  private stopped = false;

  constructor(private readonly options: FollowOptions) {
    this.lines = new LineSplitter(options.maxLine);
  }

  /** Reads what is new. Never rejects: what goes wrong is logged once and tried again at the next look. */
  async look(): Promise<void> {
    try {
      await this.readOn();
      this.problem = '';
    } catch (error) {
      const problem = messageOf(error);
      // A file that stays away, or a bus that is down, is one line in the log and not two a second.
      if (problem !== this.problem) this.options.logger.warn('file.not-read', { path: this.options.path, error: problem });
      this.problem = problem;
    }
  }

  stop(): void {
    this.stopped = true;
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  private async readOn(): Promise<void> {
    const before = this.position;
    if (this.file) await this.readToEnd(this.file);
    const now = await stat(this.options.path, { bigint: true });
    if (this.file && now.ino === this.inode) return;
    // After a rename the writer may go on in the old file until it is told: leave when it has been still for one look.
    if (this.file && (!this.rotated || this.position !== before)) {
      this.rotated = true;
      return;
    }
    await this.handLastLine();
    await this.switchFile();
    if (this.file) await this.readToEnd(this.file);
  }

  private async switchFile(): Promise<void> {
    await this.close();
    const file = await open(this.options.path, 'r');
    this.file = file;
    // Of the file that was opened, which need not be the one that was looked at: it may be rotated at any time.
    this.inode = (await file.stat({ bigint: true })).ino;
    this.startOver();
  }

  private async readToEnd(file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    if (size < this.position) {
      await this.handLastLine();
      this.startOver();
    }
    const chunk = Buffer.allocUnsafe(CHUNK);
    while (!this.stopped) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK, this.position);
      if (bytesRead === 0) return;
      const { lines, commit } = this.lines.split(chunk.subarray(0, bytesRead));
      if (lines.length > 0) await this.options.onLines(lines);
      // Only now: if the lines were not taken, the same bytes are read again.
      commit();
      this.position += bytesRead;
    }
  }

  private async handLastLine(): Promise<void> {
    const last = this.lines.rest();
    if (last.length > 0) await this.options.onLines([last]);
    this.lines = new LineSplitter(this.options.maxLine);
  }

  private startOver(): void {
    this.position = 0;
    this.rotated = false;
    this.lines = new LineSplitter(this.options.maxLine);
  }
}
