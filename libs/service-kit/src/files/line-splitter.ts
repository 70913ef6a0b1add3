const NEWLINE = 10;

/** Lines found in a chunk. */
export interface Split {
  /** Complete lines without their ends, empty ones left out. They share memory with the chunk: use them before the next. */
  readonly lines: readonly Buffer[];
  /** Makes the split count. Without it the splitter is as before, so that the same chunk can be given again. */
  commit(): void;
}

/** Cuts a stream of bytes into lines. Of a line over `maxLine` bytes it keeps the beginning and leaves the rest out. */
export class LineSplitter {
  private kept: Buffer = Buffer.alloc(0);
  private skipping = false;

  constructor(private readonly maxLine: number) {}

  /** The beginning of the line that has no end yet. */
  rest(): Buffer {
    return this.kept;
  }

  split(chunk: Buffer): Split {
    const lines: Buffer[] = [];
    let kept = this.kept;
    let skipping = this.skipping;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = skipping ? kept : this.join(kept, chunk.subarray(start, end));
      if (line.length > 0) lines.push(line);
      kept = Buffer.alloc(0);
      skipping = false;
      start = end + 1;
    }
    if (!skipping && start < chunk.length) {
      // A copy: the caller reads the next chunk into the same memory.
      kept = Buffer.from(this.join(kept, chunk.subarray(start)));
      skipping = kept.length === this.maxLine;
    }
    const commit = () => {
      this.kept = kept;
      this.skipping = skipping;
    };
    return { lines, commit };
  }

  private join(kept: Buffer, more: Buffer): Buffer {
    const whole = kept.length === 0 ? more : Buffer.concat([kept, more.subarray(0, this.maxLine - kept.length)]);
    return whole.subarray(0, this.maxLine);
  }
}
