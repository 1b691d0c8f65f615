/** One field of a protobuf message, as it is on the wire: a number of up to 64 bits, or bytes. */
export interface Field {
  number: number;
  value: bigint | Buffer;
}

/** The fields of a message, in their order. Throws if it is none. */
export function* fieldsOf(message: Buffer): Generator<Field> {
  for (let at = 0; at < message.length; ) {
    const tag = varint(message, at);
    at = tag.next;
    const [number, type] = [Number(tag.value >> 3n), Number(tag.value & 7n)];
    if (type === 0) {
      const { value, next } = varint(message, at);
      at = next;
      yield { number, value };
    } else if (type === 1) {
      yield { number, value: message.readBigUInt64LE(at) };
      at += 8;
    } else if (type === 2) {
      const { value: length, next } = varint(message, at);
      at = next + Number(length);
      if (at > message.length) throw new Error('a field is longer than its message');
      yield { number, value: message.subarray(next, at) };
    } else if (type === 5) {
      yield { number, value: BigInt(message.readUInt32LE(at)) };
      at += 4;
    } else throw new Error(`a field of type ${type}`);
  }
}

function varint(message: Buffer, at: number): { value: bigint; next: number } {
  let value = 0n;
  for (let shift = 0n, next = at; ; shift += 7n, next += 1) {
    const byte = message.readUInt8(next);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value, next: next + 1 };
  }
}
