import type { Frames } from '#shared/adapters/bus/live/frames.ts';
import { writePicture } from '#shared/adapters/bus/live/picture.ts';
import type { FrameSize, LiveScene, Wish } from '#shared/adapters/bus/live/wish.ts';

const JPEG = Buffer.from('ffd8ffd9', 'hex');

/** What the owner of a run says that is watched, without a browser: each wish for more is answered with a picture. */
export function paintRun(frames: Frames, runId: string) {
  let seq = 0;
  let scene: LiveScene = { pages: [0], on: 0 };
  const wishes: Wish[] = [];
  const seeing = new Set<string>();
  const outlet = frames.serve(runId, (wish) => {
    wishes.push(wish);
    if (wish.asks.length === 0) return void seeing.delete(wish.gateway);
    if (seeing.has(wish.gateway)) return;
    seeing.add(wish.gateway);
    outlet.scene(scene);
    for (const { size } of wish.asks) paint(size);
  });
  const paint = (size: FrameSize = 'large', bytes = JPEG): number => {
    seq += 1;
    outlet.picture(
      size,
      writePicture({ seq, page: 0, width: 1_280, height: 720, at: Date.now() * 1_000 }, bytes),
    );
    return seq;
  };
  return {
    wishes,
    paint,
    say(more: Partial<LiveScene>) {
      scene = { pages: [0], on: 0, ...more };
      outlet.scene(scene);
    },
    stop: () => outlet.stop(),
  };
}
