/**
 * A segment file is blocks, one after another, each of what was committed at once:
 *
 *   0  "WSP1"
 *   4  u32  bytes of the payload
 *   8  u32  CRC-32 of everything from here on but itself, that is of the bytes 12 to 32 and the payload
 *  12  u32  events in the payload
 *  16  f64  sequence number of the last event
 *  24  f64  when it was made, milliseconds since 1970
 *  32  payload: zstd of `<sequence> <event as JSON>\n` per event
 *
 * Numbers are big-endian. A write that was cut off ends in a block that is too short or whose checksum is wrong.
 */
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type Millis, type Result, err, ok } from '@whoran/kernel';

/** One event as it lies in the spool. */
export interface SpooledEvent {
  /** Its place among the events of its lane. */
  readonly sequence: number;
  /** JSON on one line. */
  readonly text: string;
}

/** What the head of a block says. */
export interface BlockHead {
  /** Bytes of the whole block. */
  readonly bytes: number;
  readonly events: number;
  readonly last: number;
  readonly time: Millis;
}

const MAGIC = 0x57535031;
const HEAD = 32;
const CHECKED_FROM = 12;
/** More than what one commit can hold: the room for bodies in flight is bounded far below. */
const MAX_PAYLOAD = 1 << 30;
/** Level 1 took 4 µs an event and a ninth of the bytes in blocks of ten recorded events; deflate took half as long again for less. */
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Makes the block of at least one event, in ascending order. */
export function encodeBlock(events: readonly SpooledEvent[], time: Millis): Buffer {
  let lines = '';
  for (const { sequence, text } of events) lines += `${sequence} ${text}\n`;
  const payload = zstdCompressSync(lines, LEVEL);
  const block = Buffer.allocUnsafe(HEAD + payload.length);
  block.writeUInt32BE(MAGIC, 0);
  block.writeUInt32BE(payload.length, 4);
  block.writeUInt32BE(events.length, 12);
  block.writeDoubleBE(events.at(-1)?.sequence ?? 0, 16);
  block.writeDoubleBE(time, 24);
  block.set(payload, HEAD);
  block.writeUInt32BE(crc32(block.subarray(CHECKED_FROM)), 8);
  return block;
}

/** Why no block could be read: the bytes end before it does, or they are not those that were written. */
export type BlockProblem = 'torn' | 'damaged';

/** Reads the head of the block that begins at `at`, and checks the whole of it. */
export function readHead(bytes: Buffer, at: number): Result<BlockHead, BlockProblem> {
  if (bytes.length - at < HEAD) return err('torn');
  const length = bytes.readUInt32BE(at + 4);
  if (bytes.readUInt32BE(at) !== MAGIC || length > MAX_PAYLOAD) return err('damaged');
  const end = at + HEAD + length;
  if (end > bytes.length) return err('torn');
  if (crc32(bytes.subarray(at + CHECKED_FROM, end)) !== bytes.readUInt32BE(at + 8)) return err('damaged');
  return ok({
    bytes: HEAD + length,
    events: bytes.readUInt32BE(at + 12),
    last: bytes.readDoubleBE(at + 16),
    time: bytes.readDoubleBE(at + 24),
  });
}

/** The events of a block whose head was read. */
export function decodeBlock(bytes: Buffer, at: number, head: BlockHead): SpooledEvent[] {
  const lines = zstdDecompressSync(bytes.subarray(at + HEAD, at + head.bytes)).toString('utf8');
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => {
      const blank = line.indexOf(' ');
      return { sequence: Number(line.slice(0, blank)), text: line.slice(blank + 1) };
    });
}
