/** The polynomial of Castagnoli, bits reversed. */
const POLYNOMIAL = 0x82f63b78;

/** Eight tables of 256: the n-th says what a byte does that n more bytes follow ("slicing by 8"). */
const TABLES = Array.from({ length: 8 }, () => new Int32Array(256));
const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES as unknown as readonly [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
];
for (let byte = 0; byte < 256; byte += 1) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  T0[byte] = crc;
}
for (let table = 1; table < 8; table += 1) {
  const [before, own] = [TABLES[table - 1] ?? T0, TABLES[table] ?? T0];
  for (let byte = 0; byte < 256; byte += 1) own[byte] = entry(T0, entry(before, byte)) ^ (entry(before, byte) >>> 8);
}

/** The checksum of a record batch: CRC-32C, as an unsigned number. It looks at eight bytes at a time. */
export function crc32c(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 8);
  let crc = -1;
  for (let at = 0; at < whole; at += 8) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      entry(T7, low) ^
      entry(T6, low >>> 8) ^
      entry(T5, low >>> 16) ^
      entry(T4, low >>> 24) ^
      entry(T3, high) ^
      entry(T2, high >>> 8) ^
      entry(T1, high >>> 16) ^
      entry(T0, high >>> 24);
  }
  for (let at = whole; at < bytes.length; at += 1) crc = entry(T0, crc ^ view.getUint8(at)) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Of the last eight bits of a number. An index below 256 is always there. */
function entry(table: Int32Array, bits: number): number {
  return table[bits & 255] as number;
}
