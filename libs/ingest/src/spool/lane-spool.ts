import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DependencyUnavailable, type Millis, messageOf } from '@whoran/kernel';
import { type SpooledEvent, encodeBlock } from './block.ts';
import { BlockReader } from './block-reader.ts';
import { EVENT_CLASSES, type EventClass } from './event-class.ts';
import { type Merged, mergeRuns } from './merge.ts';
import { type Segment, segmentName, waitingIn } from './segment.ts';

/** An event that is to be spooled. */
export interface ClassedEvent {
  readonly class: EventClass;
  /** JSON on one line. */
  readonly text: string;
}

/** What a lane asks of the spool that it is a part of. */
export interface LaneHost {
  readonly segmentBytes: number;
  /** About how many bytes of text are replayed at once. */
  readonly chunkBytes: number;
  /** Takes room on the disk, if need be by dropping what matters less. */
  reserve(bytes: number, eventClass: EventClass): boolean;
  release(bytes: number): void;
  readonly damaged: (segment: Segment, events: number) => void;
  readonly notDeleted: (segment: Segment, error: unknown) => void;
}

/** Events that are being replayed. */
export interface Chunk {
  readonly texts: readonly string[];
  /** Call it once they are safe elsewhere: they are then forgotten here. */
  readonly settle: () => Promise<void>;
  /** Call it when they are not: they come again. */
  readonly giveBack: () => void;
}

interface Staged {
  readonly events: readonly ClassedEvent[];
  readonly stored: () => void;
  readonly refused: (error: unknown) => void;
}

interface Writer {
  readonly segment: Segment;
  readonly file: FileHandle;
}

interface Block {
  readonly class: EventClass;
  readonly bytes: Buffer;
  readonly events: readonly SpooledEvent[];
}

/**
 * The events of one cluster and topic on disk, in one stream of segments per class, and replayed in the order in which they
 * came. Only whole commits are visible to the replay.
 */
export class LaneSpool {
  private readonly writers = new Map<EventClass, Writer>();
  private staged: Staged[] = [];
  private committing = false;
  private replaying: readonly BlockReader[] = [];
  private sequence: number;

  constructor(
    readonly name: string,
    private readonly folder: string,
    private readonly host: LaneHost,
    /** Ascending by their first events. */
    private segments: Segment[] = [],
    last = 0,
  ) {
    this.sequence = last;
  }

  /** Whether nothing waits here and nothing is on its way in. */
  isEmpty(): boolean {
    return !this.committing && this.staged.length === 0 && !this.segments.some((segment) => waitingIn(segment) > 0);
  }

  /** Events that can be replayed now. */
  waiting(): number {
    return this.segments.reduce((sum, segment) => sum + waitingIn(segment), 0);
  }

  all(): readonly Segment[] {
    return this.segments;
  }

  /** What may be dropped to make room: not what is being written or replayed at this moment. */
  droppable(): readonly Segment[] {
    const written = this.committing ? [...this.writers.values()].map(({ segment }) => segment) : [];
    return this.segments.filter((segment) => waitingIn(segment) > 0 && !written.includes(segment) && !this.isReplayed(segment));
  }

  hasStaged(): boolean {
    return this.staged.length > 0;
  }

  /** Puts events in line for the next commit; resolves when they are safe. */
  stage(events: readonly ClassedEvent[]): Promise<void> {
    return new Promise((stored, refused) => this.staged.push({ events, stored, refused }));
  }

  /** Writes what is staged and makes it safe. Never rejects: what cannot be written is refused to those who brought it. */
  async commit(now: Millis): Promise<void> {
    const batch = this.staged;
    if (batch.length === 0 || this.committing) return;
    this.staged = [];
    this.committing = true;
    const blocks = this.blocksOf(batch, now);
    try {
      await this.write(blocks, now);
      for (const { stored } of batch) stored();
    } catch (error) {
      for (const { refused } of batch) refused(asUnavailable(error));
    } finally {
      this.committing = false;
    }
    await this.tidy();
  }

  /** Reads the next events, as many as told at most. Nothing may be read again before they are settled or given back. */
  async read(most: number): Promise<Chunk> {
    const streams = EVENT_CLASSES.map((name) => this.segments.filter((segment) => segment.class === name));
    const readers = streams.map((segments) => new BlockReader(segments));
    this.replaying = readers;
    let bytes = 0;
    let count = 0;
    const enough = ({ event }: Merged) => (count += 1) >= most || (bytes += event.text.length) >= this.host.chunkBytes;
    try {
      const merged = await mergeRuns(readers, enough);
      const taken = readers.map((_, index) => merged.filter(({ run }) => run === index).length);
      const settle = () => {
        readers.forEach((reader, index) => reader.settle(taken[index] ?? 0, this.host.damaged));
        this.replaying = [];
        return this.tidy();
      };
      return { texts: merged.map(({ event }) => event.text), settle, giveBack: () => (this.replaying = []) };
    } catch (error) {
      this.replaying = [];
      throw error;
    } finally {
      await Promise.all(readers.map((reader) => reader.close()));
    }
  }

  /** Forgets a segment, at once, and deletes its file. Never rejects: a file that stays is replayed at the next start. */
  async drop(segment: Segment): Promise<void> {
    this.segments = this.segments.filter((other) => other !== segment);
    segment.isDropped = true;
    this.host.release(segment.bytes);
    const writer = this.writers.get(segment.class);
    const file = writer?.segment === segment ? writer.file : undefined;
    if (file) this.writers.delete(segment.class);
    try {
      await file?.close();
      await unlink(segment.path);
    } catch (error) {
      this.host.notDeleted(segment, error);
    }
  }

  /** Closes the files; what is in them stays. */
  async close(): Promise<void> {
    await Promise.all([...this.writers.values()].map(({ file }) => file.close()));
    this.writers.clear();
  }

  private isReplayed(segment: Segment): boolean {
    return this.replaying.some((reader) => reader.touches(segment));
  }

  private async tidy(): Promise<void> {
    if (this.committing) return;
    const done = this.segments.filter((segment) => waitingIn(segment) === 0 && !this.isReplayed(segment));
    // All are forgotten before anything waits: a commit that begins meanwhile must not write into one of them.
    await Promise.all(done.map((segment) => this.drop(segment)));
  }

  private blocksOf(batch: readonly Staged[], now: Millis): readonly Block[] {
    const byClass = new Map<EventClass, SpooledEvent[]>();
    for (const { class: name, text } of batch.flatMap(({ events }) => events)) {
      const events = byClass.get(name) ?? [];
      byClass.set(name, events);
      events.push({ sequence: (this.sequence += 1), text });
    }
    return [...byClass].map(([name, events]) => ({ class: name, bytes: encodeBlock(events, now), events }));
  }

  private async write(blocks: readonly Block[], now: Millis): Promise<void> {
    const size = blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const highest = EVENT_CLASSES.findLast((name) => blocks.some((block) => block.class === name)) ?? 'low';
    if (!this.host.reserve(size, highest)) throw new DependencyUnavailable('the spool is full of what matters more');
    const written: { readonly writer: Writer; readonly block: Block }[] = [];
    try {
      for (const block of blocks) {
        const writer = await this.writerFor(block, now);
        written.push({ writer, block });
        await writeAll(writer.file, block.bytes, writer.segment.bytes);
      }
      await Promise.all(written.map(({ writer }) => writer.file.datasync()));
    } catch (error) {
      this.host.release(size);
      // What follows the last whole block is ignored anyway; cutting it off makes room on a disk that is full.
      await Promise.allSettled(written.map(({ writer }) => writer.file.truncate(writer.segment.bytes)));
      throw error;
    }
    for (const { writer, block } of written) {
      writer.segment.bytes += block.bytes.length;
      writer.segment.events += block.events.length;
    }
  }

  private async writerFor({ class: name, events }: Block, now: Millis): Promise<Writer> {
    const open = this.writers.get(name);
    if (open && open.segment.bytes < this.host.segmentBytes) return open;
    const first = events[0]?.sequence ?? 0;
    const writer = await this.openWriter(name, first, now);
    this.writers.set(name, writer);
    this.segments.push(writer.segment);
    await open?.file.close();
    return writer;
  }

  private async openWriter(name: EventClass, first: number, now: Millis): Promise<Writer> {
    const path = join(this.folder, segmentName(name, first));
    const created = await mkdir(this.folder, { recursive: true });
    const file = await open(path, 'w');
    // The names of the file and of new folders must be as safe as what is in them.
    for (const folder of created === undefined ? [this.folder] : [this.folder, dirname(this.folder), dirname(dirname(this.folder))])
      await syncFolder(folder);
    const none = { bytes: 0, events: 0, offset: 0, skip: 0, replayed: 0, isDropped: false };
    return { segment: { lane: this.name, class: name, path, first, since: now, ...none }, file };
  }
}

/** A disk that is nearly full takes a part and says so by its length only. */
async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function asUnavailable(error: unknown): DependencyUnavailable {
  if (error instanceof DependencyUnavailable) return error;
  return new DependencyUnavailable(`the spool cannot be written: ${messageOf(error)}`, { cause: error });
}
