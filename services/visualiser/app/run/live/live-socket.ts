/*
 * The WebSocket over which the page of a run is seen. Owns it, and opens it again at whichever gateway answers while the run
 * goes on. A picture is taken once it is drawn: what is not shown in time is never sent.
 */

import { LIVE_ENDS, LIVE_PROTOCOL } from '#shared/api/contract/live/ends.ts';
import type { ToViewer } from '#shared/api/contract/live/messages.ts';
import { backoffMs } from '#shared/platform/async/backoff.ts';

export type LiveState = Extract<ToViewer, { t: 'state' }>;

export interface LiveListener {
  /** A JPEG, and the number of its page. Resolves once it is drawn. */
  picture(jpeg: Blob, page: number): Promise<void>;
  state(state: LiveState): void;
  /** It is open, or closed until it is opened again. */
  connected(isOpen: boolean): void;
}

export interface LiveWanted {
  /** Null: the page that the run is on. */
  page: number | null;
  everyMs: number;
  size: 'small' | 'large';
}

export interface LiveSocket {
  see(seen: LiveWanted): void;
  close(): void;
}

/** What comes before the JPEG of a picture. */
const HEAD_BYTES = 18;
const AGAIN = { firstMs: 150, maxMs: 1_000 };
/** After these there is nothing to come back to. */
const FINAL: readonly number[] = [LIVE_ENDS.ended, LIVE_ENDS.forbidden];

export function watchLive(runId: string, listener: LiveListener, first: LiveWanted): LiveSocket {
  let seen = first;
  let socket: WebSocket | undefined;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const say = (message: object) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const open = () => {
    const { href } = new URL(`/v1/runs/${runId}/live`, location.href);
    const opened = new WebSocket(href.replace(/^http/, 'ws'), LIVE_PROTOCOL);
    socket = opened;
    opened.binaryType = 'arraybuffer';
    opened.onopen = () => say({ t: 'see', ...seen });
    opened.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      failures = 0;
      listener.connected(true);
      if (data instanceof ArrayBuffer) void show(opened, data);
      else {
        const message = JSON.parse(data) as ToViewer;
        if (message.t === 'state') listener.state(message);
      }
    };
    opened.onclose = ({ code }) => {
      if (socket !== opened) return;
      listener.connected(false);
      if (!FINAL.includes(code)) timer = setTimeout(open, backoffMs(AGAIN, failures++, Math.random));
    };
  };
  const show = async (from: WebSocket, data: ArrayBuffer) => {
    const page = new DataView(data).getUint16(4);
    await listener.picture(new Blob([data.slice(HEAD_BYTES)], { type: 'image/jpeg' }), page);
    if (from === socket) say({ t: 'credit' });
  };
  open();
  return {
    see(next) {
      seen = next;
      say({ t: 'see', ...next });
    },
    close() {
      clearTimeout(timer);
      const closed = socket;
      socket = undefined;
      if (closed?.readyState === WebSocket.CONNECTING) closed.onopen = () => closed.close();
      else closed?.close();
    },
  };
}
