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

/** Zigzag makes twice as much of it, and that must be a safe integer. Milliseconds between messages of one request are few. */
const MOST_DELTA = 2 ** 31 - 1;
const NONE = Buffer.alloc(0);

/** Whether a record is one of those that encodeMessage makes. */
export function isPlain({ key, value, timestampDelta = 0, headers = {} }: RecordToEncode): boolean {
  if (!Buffer.isBuffer(value) || !((key ?? null) === null || Buffer.isBuffer(key))) return false;
  if (timestampDelta < 0 || timestampDelta > MOST_DELTA) return false;
  for (const name in headers) if (typeof headers[name] !== 'string') return false;
  return true;
}

/**
 * A record of magic 2 (https://kafka.apache.org/documentation/#record) that writes itself where it is told to, so that its bytes
 * are copied once. A batch that is compressed takes `buffer`, as from kafkajs.
 */
export class PlainRecord implements EncodedRecord {
  /** That there is one is how kafkajs knows what can be encoded. */
  readonly buf = NONE;
  /** How many bytes it has. */
  readonly size: number;
  private readonly bodyBytes: number;
  private readonly names: readonly string[];

  constructor(private readonly record: RecordToEncode) {
    const { offsetDelta = 0, timestampDelta = 0, key = null, value, headers = {} } = record;
    this.names = Object.keys(headers);
    let headerBytes = sizeOfNumber(this.names.length);
    for (const name of this.names) headerBytes += sizeOfText(name) + sizeOfText(headers[name] ?? '');
    this.bodyBytes = 1 + sizeOfNumber(timestampDelta) + sizeOfNumber(offsetDelta) + sizeOfBytes(key) + sizeOfBytes(value) + headerBytes;
    this.size = sizeOfNumber(this.bodyBytes) + this.bodyBytes;
  }

  /** Writes it and returns the place after it. */
  writeTo(buffer: Buffer, start: number): number {
    const { offsetDelta = 0, timestampDelta = 0, key = null, value, headers = {} } = this.record;
    let at = writeNumber(buffer, this.bodyBytes, start);
    buffer[at++] = 0; // attributes: none are in use
    at = writeNumber(buffer, timestampDelta, at);
    at = writeNumber(buffer, offsetDelta, at);
    at = writeBytes(buffer, key, at);
    at = writeBytes(buffer, value, at);
    at = writeNumber(buffer, this.names.length, at);
    for (const name of this.names) at = writeText(buffer, headers[name] ?? '', writeText(buffer, name, at));
    return at;
  }

  get buffer(): Buffer {
    const buffer = Buffer.allocUnsafe(this.size);
    this.writeTo(buffer, 0);
    return buffer;
  }
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
