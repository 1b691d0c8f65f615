import { WebSocket } from 'ws';
import { HEAD_BYTES, type PictureHead, readHead } from '#shared/adapters/bus/live/picture.ts';
import { LIVE_PROTOCOL } from '#shared/api/contract/live/ends.ts';
import { type ToViewer, toViewer } from '#shared/api/contract/live/messages.ts';

interface Options {
  headers?: Record<string, string>;
  query?: string;
  /** It says nothing of the pictures that it gets. */
  takesNothing?: boolean;
}

/** A viewer of a run, over its WebSocket. */
export function viewRun(gatewayUrl: string, runId: string, options: Options = {}) {
  const { headers = {}, query = '', takesNothing = false } = options;
  const url = `${gatewayUrl.replace(/^http/, 'ws')}/v1/runs/${runId}/live${query}`;
  const socket = new WebSocket(url, LIVE_PROTOCOL, { headers, perMessageDeflate: false });
  const messages: ToViewer[] = [];
  const pictures: (PictureHead & { jpeg: Uint8Array; receivedAt: number })[] = [];
  const say = (message: unknown) => socket.send(JSON.stringify(message));
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return void messages.push(toViewer.parse(JSON.parse(String(data))));
    const head = readHead(data);
    if (!head) throw new Error('no picture');
    pictures.push({ ...head, jpeg: data.subarray(HEAD_BYTES), receivedAt: Date.now() });
    if (!takesNothing) say({ t: 'credit' });
  });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  /** The status that it was refused with. */
  const refused = new Promise<number>((resolve) => {
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
      socket.terminate();
    });
  });
  socket.on('error', () => undefined);
  return {
    socket,
    messages,
    pictures,
    say,
    closed,
    refused,
    opened: new Promise((resolve) => socket.once('open', () => resolve(undefined))),
    last: <Type extends ToViewer['t']>(type: Type) =>
      messages.findLast((message): message is Extract<ToViewer, { t: Type }> => message.t === type),
    close: () => socket.terminate(),
  };
}
