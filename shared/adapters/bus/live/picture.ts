/*
 * A picture of a page in bytes, the same over NATS and to viewers: a head of 18 bytes, then a JPEG. All numbers are
 * big-endian.
 */

export interface PictureHead {
  /** Rises with each picture of a run, also from one owner to the next. */
  seq: number;
  page: number;
  /** The view of the page, CSS px. */
  width: number;
  height: number;
  /** When it was taken, epoch µs. */
  at: number;
}

export const HEAD_BYTES = 18;

export function writePicture({ seq, page, width, height, at }: PictureHead, jpeg: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + jpeg.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, seq);
  view.setUint16(4, page);
  view.setUint16(6, width);
  view.setUint16(8, height);
  view.setBigUint64(10, BigInt(Math.round(at)));
  bytes.set(jpeg, HEAD_BYTES);
  return bytes;
}

/** Undefined for what is no picture. */
export function readHead(bytes: Uint8Array): PictureHead | undefined {
  if (bytes.length <= HEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    seq: view.getUint32(0),
    page: view.getUint16(4),
    width: view.getUint16(6),
    height: view.getUint16(8),
    at: Number(view.getBigUint64(10)),
  };
}

/** The first number of an owner's pictures: those of a later one are higher. */
export const firstSeq = (epoch: number): number => (epoch % 256) * 2 ** 24;
