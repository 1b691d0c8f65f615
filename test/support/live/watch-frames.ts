import type { Frames } from '#shared/adapters/bus/live/frames.ts';
import { HEAD_BYTES, type PictureHead, readHead } from '#shared/adapters/bus/live/picture.ts';
import type { FrameSize, LiveAsk, LiveScene } from '#shared/adapters/bus/live/wish.ts';

interface SeenPicture extends PictureHead {
  size: FrameSize;
  jpeg: Uint8Array;
}

/** What a gateway does that shows a run to its viewers. */
export function watchFrames(frames: Frames, runId: string, gateway = 'test') {
  const pictures: SeenPicture[] = [];
  const scenes: LiveScene[] = [];
  let asks: LiveAsk[] = [];
  let taken = 0;
  let takes = true;
  const inlet = frames.watch(runId, {
    picture(size, bytes) {
      const head = readHead(bytes);
      if (!head) throw new Error('no picture');
      const isKnown = pictures.some(
        (one) => one.seq === head.seq && one.page === head.page && one.size === size,
      );
      if (!isKnown) pictures.push({ ...head, size, jpeg: bytes.subarray(HEAD_BYTES) });
      if (!takes) return;
      taken = Math.max(taken, head.seq);
      inlet.wish({ gateway, asks, taken });
    },
    scene: (scene) => void scenes.push(scene),
  });
  const repeating = setInterval(() => inlet.wish({ gateway, asks, taken }), 500);
  return {
    pictures,
    scenes,
    ask(...wanted: Partial<LiveAsk>[]) {
      asks = wanted.map((one) => ({ page: null, size: 'large', everyMs: 80, ...one }));
      inlet.wish({ gateway, asks, taken });
    },
    /** Nothing counts as taken any more. */
    takeNothing() {
      takes = false;
    },
    stop() {
      clearInterval(repeating);
      inlet.stop();
    },
  };
}
