/** Elements of WebM that contain others on the way to the pictures. */
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const CLUSTER_TIME = 0xe7;
const PICTURE = 0xa3;

/** When each picture of a video is shown, ms. */
export const picturesIn = (video: Buffer): number[] => picturesOf(video, 0, video.length);

function picturesOf(video: Buffer, from: number, to: number): number[] {
  const times: number[] = [];
  let clusterTime = 0;
  for (let at = from; at < to; ) {
    const idLength = Math.clz32(video[at]!) - 23;
    const id = video.readUIntBE(at, idLength);
    const sizeLength = Math.clz32(video[at + idLength]!) - 23;
    const start = at + idLength + sizeLength;
    const size = sizeOf(video, at + idLength, sizeLength);
    const end = Math.min(size === undefined ? to : start + size, to);
    if (id === SEGMENT || id === CLUSTER) times.push(...picturesOf(video, start, end));
    if (id === CLUSTER_TIME) clusterTime = video.readUIntBE(start, end - start);
    // After the number of its track, which takes a byte.
    if (id === PICTURE) times.push(clusterTime + video.readInt16BE(start + 1));
    at = end;
  }
  return times;
}

/** Undefined if it has none: then the element goes on to the end. */
function sizeOf(video: Buffer, at: number, length: number): number | undefined {
  const bytes = video.subarray(at, at + length).toString('hex');
  const value = BigInt(`0x${bytes}`) & ((1n << BigInt(7 * length)) - 1n);
  return value === (1n << BigInt(7 * length)) - 1n ? undefined : Number(value);
}
