/*
 * The pictures of pages that are watched, over a connection and an account of their own: whatever becomes of it, commands
 * and events are not touched. Owns that connection. Nothing here is stored, and anything may be lost.
 */
import { JSONCodec, type Msg } from 'nats';
import type { BusLog } from '../bus.ts';
import { openConnection } from '../connection.ts';
import { framesUrlOf } from '../options.ts';
import { subjects } from '../subjects.ts';
import { type BusSubscription, openSubscription } from '../subscription.ts';
import { FRAME_SIZES, type FrameSize, type LiveScene, sceneSchema, type Wish, wishSchema } from './wish.ts';

/** The owner's side of a watched run. */
export interface FrameOutlet {
  picture(size: FrameSize, bytes: Uint8Array): void;
  scene(scene: LiveScene): void;
  stop(): void;
}

/** A gateway's side. */
export interface FrameInlet {
  wish(wish: Wish): void;
  stop(): void;
}

interface FrameListener {
  picture(size: FrameSize, bytes: Uint8Array): void;
  scene(scene: LiveScene): void;
}

export interface Frames extends AsyncDisposable {
  /** Listens to what gateways want to see of a run. */
  serve(runId: string, onWish: (wish: Wish) => void): FrameOutlet;
  watch(runId: string, listener: FrameListener): FrameInlet;
  opened(): Promise<unknown>;
}

const codec = JSONCodec<unknown>();
const SIZES = Object.keys(FRAME_SIZES) as FrameSize[];

export function openFrames({ url, name, log }: { url: string; name: string; log: BusLog }): Frames {
  const link = openConnection({ url: framesUrlOf(url), name: `${name} frames`, log });
  const publish = (subject: string, bytes: Uint8Array) => {
    try {
      link.live?.publish(subject, bytes);
    } catch (error) {
      log.warn({ err: error, subject }, 'could not publish a picture'); // too large, or closing
    }
  };
  const listen = (subject: string, onMessage: (message: Msg) => void): BusSubscription =>
    openSubscription(link.opening, subject, onMessage);
  return {
    serve(runId, onWish) {
      const wishes = listen(subjects.wishes(runId), ({ data }) => {
        const { data: wish } = wishSchema.safeParse(decoded(data));
        if (wish) onWish(wish);
      });
      return {
        picture: (size, bytes) => publish(subjects.frames(runId, size), bytes),
        scene: (scene) => publish(subjects.scene(runId), codec.encode(scene)),
        stop: () => wishes.stop(),
      };
    },
    watch(runId, listener) {
      const listening = [
        listen(subjects.scene(runId), ({ data }) => {
          const { data: scene } = sceneSchema.safeParse(decoded(data));
          if (scene) listener.scene(scene);
        }),
        ...SIZES.map((size) =>
          listen(subjects.frames(runId, size), ({ data }) => listener.picture(size, data)),
        ),
      ];
      return {
        wish: (wish) => publish(subjects.wishes(runId), codec.encode(wish)),
        stop: () => {
          for (const one of listening) one.stop();
        },
      };
    },
    opened: () => link.opening,
    [Symbol.asyncDispose]: () => link.close(),
  };
}

function decoded(data: Uint8Array): unknown {
  try {
    return codec.decode(data);
  } catch {
    return undefined;
  }
}
