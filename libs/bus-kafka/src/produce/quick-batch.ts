import { crc32c } from './crc32c.ts';
import { PlainRecord } from './plain-record.ts';

/** What kafkajs makes a batch of. */
export interface BatchToEncode {
  readonly compression?: number;
  readonly firstOffset?: Digits;
  readonly firstTimestamp?: number;
  readonly maxTimestamp?: number;
  readonly partitionLeaderEpoch?: number;
  readonly lastOffsetDelta?: number;
  readonly transactional?: boolean;
  readonly producerId?: Digits;
  readonly producerEpoch?: number;
  readonly firstSequence?: number;
  readonly records?: readonly unknown[];
}

/** An integer of 64 bits as kafkajs has it: its text is its digits. */
interface Digits {
  toString(): string;
}

/** The rest of a batch, once its records are known to be plain. */
type PlainBatch = Omit<BatchToEncode, 'records'> & { readonly records: readonly PlainRecord[] };

const MAGIC = 2;
/** Where the fields of a batch stand (https://kafka.apache.org/documentation/#recordbatch). */
const AT = { length: 8, epoch: 12, magic: 16, checksum: 17, attributes: 21, lastOffset: 23, first: 27, max: 35, producer: 43 } as const;
const PRODUCER_EPOCH = 51;
const SEQUENCE = 53;
const COUNT = 57;
const RECORDS = 61;

/** Whether a batch is one that encodeBatch can do: not compressed, not of a transaction, of plain records. */
export function isPlainBatch(batch: BatchToEncode): batch is PlainBatch {
  const { compression = 0, transactional = false, records = [] } = batch;
  return compression === 0 && !transactional && records.length > 0 && records.every((record) => record instanceof PlainRecord);
}

/** The bytes of a batch of magic 2, written to one place. */
export function encodeBatch({ firstOffset = 0, producerId = -1, records, ...batch }: PlainBatch): Buffer {
  let end = RECORDS;
  for (const { size } of records) end += size;
  const bytes = Buffer.allocUnsafe(end);
  const { firstTimestamp = Date.now(), maxTimestamp = Date.now() } = batch;
  bytes.writeBigInt64BE(BigInt(firstOffset.toString()), 0);
  bytes.writeInt32BE(end - AT.epoch, AT.length);
  bytes.writeInt32BE(batch.partitionLeaderEpoch ?? 0, AT.epoch);
  bytes.writeInt8(MAGIC, AT.magic);
  bytes.writeInt16BE(0, AT.attributes);
  bytes.writeInt32BE(batch.lastOffsetDelta ?? 0, AT.lastOffset);
  bytes.writeBigInt64BE(BigInt(firstTimestamp), AT.first);
  bytes.writeBigInt64BE(BigInt(maxTimestamp), AT.max);
  bytes.writeBigInt64BE(BigInt(producerId.toString()), AT.producer);
  bytes.writeInt16BE(batch.producerEpoch ?? 0, PRODUCER_EPOCH);
  bytes.writeInt32BE(batch.firstSequence ?? 0, SEQUENCE);
  bytes.writeInt32BE(records.length, COUNT);
  let at = RECORDS;
  for (const record of records) at = record.writeTo(bytes, at);
  bytes.writeUInt32BE(crc32c(bytes.subarray(AT.attributes)), AT.checksum);
  return bytes;
}
