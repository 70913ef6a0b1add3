import { createRequire } from 'node:module';
import { crc32c } from './crc32c.ts';

/** A record as kafkajs wants it encoded. Keys, values and headers are what encodeMessage makes. */
export interface RecordToEncode {
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly key?: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What kafkajs puts into a batch. */
export interface EncodedRecord {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

const RECORD = 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
const CHECKSUM = 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
const ENCODER = 'kafkajs/src/protocol/encoder.js';
/** Zigzag makes twice as much of it, and that must be a safe integer. Milliseconds between messages of one request are few. */
const MOST_DELTA = 2 ** 31 - 1;

interface Encoder {
  buf: Buffer;
  readonly offset: number;
}

/** Node hands out small buffers from pools of 8 KiB, which is six messages. */
const POOL = 256 * 1024;

let quickened = false;

/**
 * Makes kafkajs encode faster, for all clients of this process, with the same bytes. Its own way is a buffer of 512 bytes for each
 * record and for each of its headers, and one for each number: more than half of the time that sending a message takes. Requests
 * are loaded at their first use, so this is for the time before a client connects.
 */
export function quickenEncoding(): void {
  if (quickened) return;
  quickened = true;
  Buffer.poolSize = Math.max(Buffer.poolSize, POOL);
  const require = createRequire(import.meta.url);
  const replace = <T>(name: string, other: (original: T) => T) => {
    const original = require(name) as T;
    const module = require.cache[require.resolve(name)];
    if (module) module.exports = other(original);
  };
  replace<(record: RecordToEncode) => EncodedRecord>(
    RECORD,
    (original) => (record) => (isPlain(record) ? encodeRecord(record) : original(record)),
  );
  replace<(bytes: Buffer) => number>(CHECKSUM, () => crc32c);
  const { prototype } = require(ENCODER) as { readonly prototype: { ensureAvailable(this: Encoder, length: number): void } };
  prototype.ensureAvailable = growUnsafely;
}

/** Bytes that nobody has written are never sent, so they need not be zero. */
function growUnsafely(this: Encoder, length: number): void {
  const size = this.offset + length;
  if (size <= this.buf.length) return;
  const larger = Buffer.allocUnsafe(Math.max(size, this.buf.length * 2));
  this.buf.copy(larger, 0, 0, this.offset);
  this.buf = larger;
}

/** Whether a record is one of those that encodeMessage makes. */
function isPlain({ key, value, timestampDelta = 0, headers = {} }: RecordToEncode): boolean {
  if (!Buffer.isBuffer(value) || !((key ?? null) === null || Buffer.isBuffer(key))) return false;
  if (timestampDelta < 0 || timestampDelta > MOST_DELTA) return false;
  for (const name in headers) if (typeof headers[name] !== 'string') return false;
  return true;
}

/** Encodes a record of magic 2 (https://kafka.apache.org/documentation/#record). */
export function encodeRecord({ offsetDelta = 0, timestampDelta = 0, key = null, value, headers = {} }: RecordToEncode): EncodedRecord {
  const names = Object.keys(headers);
  let headerBytes = sizeOfNumber(names.length);
  for (const name of names) headerBytes += sizeOfText(name) + sizeOfText(headers[name] ?? '');
  const bodyBytes = 1 + sizeOfNumber(timestampDelta) + sizeOfNumber(offsetDelta) + sizeOfBytes(key) + sizeOfBytes(value) + headerBytes;
  const buffer = Buffer.allocUnsafe(sizeOfNumber(bodyBytes) + bodyBytes);
  let at = writeNumber(buffer, bodyBytes, 0);
  buffer[at++] = 0; // attributes: none are in use
  at = writeNumber(buffer, timestampDelta, at);
  at = writeNumber(buffer, offsetDelta, at);
  at = writeBytes(buffer, key, at);
  at = writeBytes(buffer, value, at);
  at = writeNumber(buffer, names.length, at);
  for (const name of names) at = writeText(buffer, headers[name] ?? '', writeText(buffer, name, at));
  return { buf: buffer, buffer };
}

/** Numbers are zigzag varints; those here are -1 or above, and below 2^31. */
function zigzag(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number;
}

function sizeOfNumber(number: number): number {
  let size = 1;
  for (let rest = zigzag(number); rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

function writeNumber(buffer: Buffer, number: number, start: number): number {
  let at = start;
  let rest = zigzag(number);
  for (; rest >= 128; rest = Math.floor(rest / 128)) buffer[at++] = (rest % 128) | 128;
  buffer[at++] = rest;
  return at;
}

function sizeOfBytes(bytes: Buffer | null): number {
  return bytes === null ? 1 : sizeOfNumber(bytes.length) + bytes.length;
}

function writeBytes(buffer: Buffer, bytes: Buffer | null, at: number): number {
  if (bytes === null) return writeNumber(buffer, -1, at);
  const start = writeNumber(buffer, bytes.length, at);
  buffer.set(bytes, start);
  return start + bytes.length;
}

function sizeOfText(text: string): number {
  const bytes = Buffer.byteLength(text);
  return sizeOfNumber(bytes) + bytes;
}

function writeText(buffer: Buffer, text: string, at: number): number {
  const start = writeNumber(buffer, Buffer.byteLength(text), at);
  return start + buffer.write(text, start);
}
