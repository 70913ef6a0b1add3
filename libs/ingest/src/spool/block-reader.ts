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
  /** Events that could not be read. */
  readonly lost: number;
}

/** How far a segment goes. */
interface End {
  readonly bytes: number;
  readonly events: number;
}

/** Reads what waits in the segments of one class, block by block, without changing where the replay stands. */
export class BlockReader implements Run {
  private readonly pieces: Piece[] = [];
  /** What is committed from now on is for the next reader, with what was committed beside it. */
  private readonly ends: readonly End[];
  private at = -1;
  private file: FileHandle | undefined;
  private window = Buffer.alloc(0);
  private windowAt = 0;
  private offset = 0;

  constructor(private readonly segments: readonly Segment[]) {
    this.ends = segments.map(({ bytes, events }) => ({ bytes, events }));
  }

  /** The events of the next block; none at the end. */
  async next(): Promise<readonly SpooledEvent[]> {
    while (this.at < this.segments.length) {
      const segment = this.segments[this.at];
      const end = this.ends[this.at];
      const events = segment && end && this.offset < end.bytes ? await this.readBlock(segment, end) : [];
      if (events.length > 0) return events;
      if (!segment || !end || this.offset >= end.bytes) await this.openNext();
    }
    return [];
  }

  /** Whether a segment is read from. */
  touches(segment: Segment): boolean {
    return this.segments.indexOf(segment) <= this.at && this.segments.includes(segment);
  }

  /** Moves the segments on by as many events as were taken from this reader, and tells of those that could not be read. */
  settle(taken: number, lost: (segment: Segment, events: number) => void): void {
    let left = taken;
    for (const piece of this.pieces) {
      const { segment, offset, bytes, skipped, events } = piece;
      const done = Math.min(left, events);
      if (done === 0 && events > 0) return;
      left -= done;
      segment.replayed += done + piece.lost;
      Object.assign(segment, done === events ? { offset: offset + bytes, skip: 0 } : { offset, skip: skipped + done });
      if (piece.lost > 0) lost(segment, piece.lost);
      if (done < events) return;
    }
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  private async openNext(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    // From here on it cannot be dropped.
    this.at += 1;
    await file?.close();
    const segment = this.segments[this.at];
    // Whoever dropped it has counted its events.
    if (!segment || segment.isDropped) return;
    this.offset = segment.offset;
    this.window = Buffer.alloc(0);
    this.windowAt = segment.offset;
    if (segment.offset < (this.ends[this.at]?.bytes ?? 0)) this.file = await open(segment.path, 'r');
  }

  private async readBlock(segment: Segment, end: End): Promise<readonly SpooledEvent[]> {
    const { offset } = this;
    const rest = end.bytes - offset;
    let head = readHead(this.window, offset - this.windowAt);
    for (let size = 0; !head.ok && head.error === 'torn' && size < rest;) {
      size = Math.min(rest, Math.max(WINDOW, size * 4));
      await this.fill(offset, size);
      head = readHead(this.window, 0);
    }
    if (!head.ok) return this.giveUp(segment, end);
    const events = decodeBlock(this.window, offset - this.windowAt, head.value);
    const skipped = offset === segment.offset ? segment.skip : 0;
    this.pieces.push({ segment, offset, bytes: head.value.bytes, skipped, events: events.length - skipped, lost: 0 });
    this.offset += head.value.bytes;
    return events.slice(skipped);
  }

  /** What follows up to the end cannot be read. */
  private giveUp(segment: Segment, end: End): readonly SpooledEvent[] {
    const { offset } = this;
    const read = this.pieces.filter((piece) => piece.segment === segment).reduce((sum, { events }) => sum + events, segment.replayed);
    this.pieces.push({ segment, offset, bytes: end.bytes - offset, skipped: 0, events: 0, lost: end.events - read });
    this.offset = end.bytes;
    return [];
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
