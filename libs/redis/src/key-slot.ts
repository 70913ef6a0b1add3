/** The number of slots of a Redis Cluster. */
const SLOTS = 16_384;

/** CRC-16/XMODEM, byte by byte. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/**
 * The slot of a Redis Cluster that a key belongs to: that of its hash tag, the text between the first `{` and the next `}`,
 * if there is one and it is not empty. See https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/.
 */
export function keySlot(key: string | Buffer): number {
  const bytes = hashed(Buffer.isBuffer(key) ? key : Buffer.from(key));
  let crc = 0;
  for (const byte of bytes) crc = ((crc << 8) ^ (TABLE[((crc >> 8) ^ byte) & 0xff] ?? 0)) & 0xffff;
  return crc % SLOTS;
}

function hashed(key: Buffer): Buffer {
  const open = key.indexOf('{');
  if (open === -1) return key;
  const close = key.indexOf('}', open + 1);
  return close === -1 || close === open + 1 ? key : key.subarray(open + 1, close);
}
