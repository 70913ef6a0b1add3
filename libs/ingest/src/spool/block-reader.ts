import { type FileHandle, open } from 'node:fs/promises';
import { type BlockHead, type SpooledEvent, decodeBlock, readHead } from './block.ts';
import type { Run } from './merge.ts';
import type { Segment } from './segment.ts';

const WINDOW = 1 << 18;

interface Piece {
  readonly segment: Segment;
  readonly offset: number;
  readonly bytes: number;
  /** Events at the beginning of the block that were replayed before. */
  readonly skipped: number;
  readonly events: number;
}

/** Reads what waits in the segments of one class, block by block, without changing where the replay stands. */
export class BlockReader implements Run {
  private readonly pieces: Piece[] = [];
  /** How far each segment goes: what is committed from now on is for the next reader, with what was committed beside it. */
  private readonly ends: readonly number[];
  private at = -1;
  private file: FileHandle | undefined;
  private window = Buffer.alloc(0);
  private windowAt = 0;
  private offset = 0;

  /** `damaged` is told what of a segment cannot be read; the segment then ends before it. */
  constructor(
    private readonly segments: readonly Segment[],
    private readonly damaged: (segment: Segment, lost: { readonly events: number; readonly bytes: number }) => void,
  ) {
    this.ends = segments.map(({ bytes }) => bytes);
  }

  /** The events of the next block; none at the end. */
  async next(): Promise<readonly SpooledEvent[]> {
    while (this.at < this.segments.length) {
      const segment = this.segments[this.at];
      const end = this.ends[this.at] ?? 0;
      if (segment && this.offset < end) return await this.readBlock(segment, end);
      await this.openNext();
    }
    return [];
  }

  /** The segments that were read from. */
  touched(): readonly Segment[] {
    return this.pieces.map(({ segment }) => segment);
  }

  /** Moves the segments on by as many events as were taken from this reader. */
  settle(taken: number): void {
    let left = taken;
    for (const { segment, offset, bytes, skipped, events } of this.pieces) {
      if (left === 0) return;
      const done = Math.min(left, events);
      left -= done;
      segment.replayed += done;
      Object.assign(segment, done === events ? { offset: offset + bytes, skip: 0 } : { offset, skip: skipped + done });
    }
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  private async openNext(): Promise<void> {
    await this.close();
    this.at += 1;
    const segment = this.segments[this.at];
    if (!segment) return;
    this.offset = segment.offset;
    this.window = Buffer.alloc(0);
    this.windowAt = segment.offset;
    if (segment.offset < (this.ends[this.at] ?? 0)) this.file = await open(segment.path, 'r');
  }

  private async readBlock(segment: Segment, end: number): Promise<readonly SpooledEvent[]> {
    const { offset } = this;
    const rest = end - offset;
    let head = readHead(this.window, offset - this.windowAt);
    for (let size = 0; !head.ok && head.error === 'torn' && size < rest;) {
      size = Math.min(rest, Math.max(WINDOW, size * 4));
      await this.fill(offset, size);
      head = readHead(this.window, 0);
    }
    if (!head.ok) return await this.giveUp(segment);
    const events = decodeBlock(this.window, offset - this.windowAt, head.value);
    const skipped = offset === segment.offset ? segment.skip : 0;
    this.pieces.push({ segment, offset, bytes: head.value.bytes, skipped, events: events.length - skipped });
    this.offset += head.value.bytes;
    return events.slice(skipped);
  }

  /** What follows cannot be read: the segment ends here. */
  private giveUp(segment: Segment): Promise<readonly SpooledEvent[]> {
    const read = this.pieces.filter((piece) => piece.segment === segment).reduce((sum, { events }) => sum + events, segment.replayed);
    this.damaged(segment, { events: segment.events - read, bytes: segment.bytes - this.offset });
    Object.assign(segment, { events: read, bytes: this.offset });
    this.offset = Infinity;
    return this.next();
  }

  private async fill(offset: number, size: number): Promise<void> {
    const window = Buffer.allocUnsafe(size);
    const { bytesRead } = (await this.file?.read(window, 0, size, offset)) ?? { bytesRead: 0 };
    this.window = window.subarray(0, bytesRead);
    this.windowAt = offset;
  }
}

/** What a whole segment file holds. */
export interface SegmentContent {
  /** Bytes of the blocks that can be read; what follows them was never answered for. */
  readonly bytes: number;
  readonly events: number;
  readonly last: number;
  readonly since: number;
}

/** Reads through a segment file from its beginning to its end, or to the first block that is torn or damaged. */
export function scanSegment(bytes: Buffer): SegmentContent {
  let content = { bytes: 0, events: 0, last: 0, since: 0 };
  for (;;) {
    const head = readHead(bytes, content.bytes);
    if (!head.ok) return content;
    content = addHead(content, head.value);
  }
}

function addHead(content: SegmentContent, { bytes, events, last, time }: BlockHead): SegmentContent {
  const since = content.events === 0 ? time : content.since;
  return { bytes: content.bytes + bytes, events: content.events + events, last, since };
}
