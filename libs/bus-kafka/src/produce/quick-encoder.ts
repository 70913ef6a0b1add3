/** What the encoder of kafkajs has, and what is added to it. */
export interface Encoder {
  /** What is being written to. */
  buf: Buffer;
  /** How much of `buf` is written. */
  offset: number;
  /** What comes before `buf`: large pieces as they came, and what was written between them. */
  parts?: Buffer[];
  /** How many bytes the parts have. */
  before?: number;
  readonly buffer: Buffer;
  writeBufferInternal(bytes: Buffer): void;
}

/** Smaller pieces are copied: that takes less than to keep them apart. */
const LARGE = 1024;
const LEAST_ROOM = 512;

/**
 * Makes an encoder of kafkajs keep large pieces as they are until somebody asks for all bytes. Its own way copies a request as
 * often as its protocol has levels, each time into new memory: ten times the bytes, which V8 answers with a full collection for
 * every 64 MiB of them, however little there is to collect.
 */
export function quickenEncoder(prototype: object): void {
  Object.defineProperties(prototype, {
    ensureAvailable: { value: grow, configurable: true, writable: true },
    writeBufferInternal: { value: write, configurable: true, writable: true },
    writeEncoder: { value: writeEncoder, configurable: true, writable: true },
    writeEncoderArray: { value: writeEncoders, configurable: true, writable: true },
    size: { value: size, configurable: true, writable: true },
    buffer: { get: join, configurable: true },
  });
}

/** Bytes that nobody has written are never sent, so they need not be zero. */
function grow(this: Encoder, length: number): void {
  const needed = this.offset + length;
  if (needed <= this.buf.length) return;
  const larger = Buffer.allocUnsafe(Math.max(needed, this.buf.length * 2, LEAST_ROOM));
  this.buf.copy(larger, 0, 0, this.offset);
  this.buf = larger;
}

function write(this: Encoder, bytes: Buffer): void {
  if (bytes.length >= LARGE) {
    add(this, bytes);
    return;
  }
  grow.call(this, bytes.length);
  bytes.copy(this.buf, this.offset);
  this.offset += bytes.length;
}

function add(encoder: Encoder, bytes: Buffer): void {
  const parts = (encoder.parts ??= []);
  encoder.before = size.call(encoder) + bytes.length;
  if (encoder.offset > 0) {
    parts.push(encoder.buf.subarray(0, encoder.offset));
    encoder.buf = encoder.buf.subarray(encoder.offset);
    encoder.offset = 0;
  }
  parts.push(bytes);
}

function writeEncoder(this: Encoder, other: Encoder): Encoder {
  if (!Buffer.isBuffer((other as Partial<Encoder> | null)?.buf)) throw new Error('value should be an instance of Encoder');
  if (other.parts === undefined) {
    this.writeBufferInternal(other.buffer);
    return this;
  }
  for (const part of other.parts) add(this, part);
  this.writeBufferInternal(other.buf.subarray(0, other.offset));
  return this;
}

function writeEncoders(this: Encoder, others: readonly Encoder[]): Encoder {
  if (!Array.isArray(others)) throw new Error('all values should be an instance of Encoder[]');
  for (const other of others) writeEncoder.call(this, other);
  return this;
}

function size(this: Encoder): number {
  return (this.before ?? 0) + this.offset;
}

/** All bytes. They are joined at most once as long as nothing is written. */
function join(this: Encoder): Buffer {
  if (this.parts === undefined) return this.buf.subarray(0, this.offset);
  if (this.offset > 0 || this.parts.length > 1) {
    const joined = Buffer.concat([...this.parts, this.buf.subarray(0, this.offset)], size.call(this));
    this.parts = [joined];
    this.before = joined.length;
    this.buf = this.buf.subarray(this.offset);
    this.offset = 0;
  }
  return this.parts[0] as Buffer;
}
