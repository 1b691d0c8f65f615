/*
 * One direction of a connection: takes what `source` sends, and lets it pass to `sink` as the weather allows. Owns the
 * bytes on their way and one timer; neither socket.
 */
import type { Socket } from 'node:net';
import { FAIR, type Weather } from './faults.ts';

/** What passes of these bytes. `stop`: and nothing after them. */
export interface Passage {
  bytes: Buffer;
  stop?: () => void;
}

export interface OneWay {
  readonly open: boolean;
  /** Bytes were thrown away. */
  readonly lossy: boolean;
  change(weather: Partial<Weather>): void;
  close(): void;
}

export interface OneWayDeps {
  source: Socket;
  sink: Socket;
  weather: Weather;
  /** Sees the bytes as they leave. */
  inspect(bytes: Buffer): Passage;
}

/** So much may wait before the source is asked to pause: a network's buffers are bounded, too. */
const MOST_WAITING = 256 * 1024;
/** Throttled bytes go in pieces of so many ms. */
const PIECE_MS = 20;

export function createOneWay({ source, sink, weather: given, inspect }: OneWayDeps): OneWay {
  let weather: Weather = { ...given };
  let queue: { bytes: Buffer | 'end'; due: number }[] = [];
  let waiting = 0;
  let freeAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let lossy = false;

  const take = (bytes: Buffer | 'end') => {
    if (closed) return;
    if (weather.mode === 'swallowed') {
      lossy = true;
      return;
    }
    queue.push({ bytes, due: performance.now() + weather.delayMs });
    waiting += bytes.length;
    pump();
  };

  const pump = () => {
    clearTimeout(timer);
    while (!closed && weather.mode !== 'held' && queue.length > 0 && !sink.writableNeedDrain) {
      const wait = Math.max(queue[0]!.due, freeAt) - performance.now();
      if (wait > 0) {
        timer = setTimeout(pump, Math.ceil(wait));
        break;
      }
      const next = nextPiece();
      if (next === 'end') sink.end();
      else pass(next);
    }
    if (weather.mode === 'held' || waiting > MOST_WAITING) source.pause();
    else if (!closed) source.resume();
  };

  const nextPiece = (): Buffer | 'end' => {
    const first = queue[0]!;
    const size = Math.max(1, Math.floor((weather.bytesPerSecond * PIECE_MS) / 1_000));
    if (first.bytes === 'end' || first.bytes.length <= size) {
      queue.shift();
      return first.bytes;
    }
    const piece = first.bytes.subarray(0, size);
    first.bytes = first.bytes.subarray(size);
    return piece;
  };

  const pass = (piece: Buffer) => {
    waiting -= piece.length;
    freeAt = performance.now() + (piece.length / weather.bytesPerSecond) * 1_000;
    const { bytes, stop } = inspect(piece);
    if (!stop) sink.write(bytes);
    else {
      closed = true;
      // Not before it has left: a reset takes back what is still here.
      sink.write(bytes, () => stop());
    }
  };

  source.on('data', take).on('end', () => take('end'));
  sink.on('drain', pump);
  if (weather.mode === 'held') source.pause();

  return {
    get open() {
      return weather.mode === 'open';
    },
    get lossy() {
      return lossy;
    },
    change(changed) {
      weather = { ...weather, ...changed };
      if (weather.mode === 'swallowed' && queue.length > 0) {
        lossy = true;
        queue = [];
        waiting = 0;
      }
      if (weather.delayMs === FAIR.delayMs) for (const entry of queue) entry.due = 0;
      if (weather.bytesPerSecond === FAIR.bytesPerSecond) freeAt = 0;
      pump();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      queue = [];
    },
  };
}
