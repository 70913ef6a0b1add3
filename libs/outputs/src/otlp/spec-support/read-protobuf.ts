/** A message of protobuf, read by its field numbers. */
export interface ReadMessage {
  messages(field: number): readonly ReadMessage[];
  text(field: number): string | undefined;
  varint(field: number): bigint | undefined;
  fixed64(field: number): bigint | undefined;
}

type Value = bigint | Buffer;

/** Reads a message strictly: whatever does not end where it says it does throws. */
export function readProtobuf(bytes: Buffer): ReadMessage {
  const fields = new Map<number, Value[]>();
  for (let at = 0; at < bytes.length;) {
    const tag = readVarint(bytes, at);
    const [value, end] = readValue(bytes, tag.end, Number(tag.value & 7n));
    const field = Number(tag.value >> 3n);
    fields.set(field, [...(fields.get(field) ?? []), value]);
    at = end;
  }
  const all = (field: number): readonly Value[] => fields.get(field) ?? [];
  const number = (field: number): bigint | undefined => all(field).find((value) => typeof value === 'bigint');
  return {
    messages: (field) => all(field).map((value) => readProtobuf(bytesOf(value))),
    text: (field) => {
      const [value] = all(field);
      return value === undefined ? undefined : new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(value));
    },
    varint: number,
    fixed64: number,
  };
}

function bytesOf(value: Value): Buffer {
  if (typeof value === 'bigint') throw new Error('a number where a message or a text was expected');
  return value;
}

function readValue(bytes: Buffer, at: number, wire: number): [Value, number] {
  if (wire === 0) {
    const { value, end } = readVarint(bytes, at);
    return [value, end];
  }
  if (wire === 1) return [bytes.readBigUInt64LE(at), at + 8];
  if (wire === 5) return [BigInt(bytes.readUInt32LE(at)), at + 4];
  if (wire !== 2) throw new Error(`wire type ${wire}`);
  const { value: length, end: start } = readVarint(bytes, at);
  const end = start + Number(length);
  if (end > bytes.length) throw new Error('a field ends after its message');
  return [bytes.subarray(start, end), end];
}

function readVarint(bytes: Buffer, from: number): { readonly value: bigint; readonly end: number } {
  let value = 0n;
  for (let at = from, shift = 0n; at < from + 10; at += 1, shift += 7n) {
    const byte = bytes.readUInt8(at);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new Error('a number of more than ten bytes');
}
