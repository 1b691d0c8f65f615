import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { LiveCanvas } from './live-canvas.ts';
import { type LiveSocket, type LiveState, type LiveWanted, watchLive } from './live-socket.ts';

export interface Live {
  canvas: RefObject<HTMLCanvasElement | null>;
  state: LiveState | undefined;
  isOpen: boolean;
  /** The number of the page that is drawn; undefined before there is a picture. */
  drawn: number | undefined;
}

/** The page of a run on a canvas, as long as the component is there and its document can be seen. */
export function useLive(runId: string, seen: LiveWanted): Live {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawing = useRef<LiveCanvas | undefined>(undefined);
  const socket = useRef<LiveSocket | undefined>(undefined);
  const [state, setState] = useState<LiveState>();
  const [isOpen, setOpen] = useState(false);
  const [drawn, setDrawn] = useState<number>();
  useEffect(() => {
    const leaving = new AbortController();
    const own = new LiveCanvas(canvas.current!);
    drawing.current = own;
    const listener = {
      picture: async (jpeg: Blob, page: number) => {
        await own.show(jpeg);
        setDrawn(page);
      },
      state: setState,
      connected: setOpen,
    };
    const look = () => {
      if (document.hidden) {
        socket.current?.close();
        socket.current = undefined;
      } else socket.current ??= watchLive(runId, listener, seen);
    };
    document.addEventListener('visibilitychange', look, { signal: leaving.signal });
    look();
    return () => {
      leaving.abort();
      socket.current?.close();
      socket.current = undefined;
      own.close();
    };
  }, [runId]);
  useEffect(() => socket.current?.see(seen), [seen.page, seen.everyMs, seen.size]);
  useEffect(() => {
    const isOnIt = drawn === state?.on;
    drawing.current?.point(isOnIt ? state?.step?.box : undefined);
  }, [state, drawn]);
  return { canvas, state, isOpen, drawn };
}
