/* Requests for a WebSocket, answered by the listener of all others, which may take their socket. */
import { type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

interface Held {
  socket: Duplex;
  /** What has arrived after the request. */
  head: Buffer;
}

const held = new WeakMap<IncomingMessage, Held>();

/** Other protocols are not offered: such a request is one like any other. */
export const wantsWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket';

/** Returns what cuts off those that were taken. */
export function answerUpgrades(server: Server, listener: RequestListener): () => void {
  const open = new Set<Duplex>();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // Its client may go at any time.
    socket.on('error', () => socket.destroy());
    held.set(request, { socket, head });
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    response.once('finish', () => socket.end());
    listener(request, response as Parameters<RequestListener>[1]);
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}

/** The socket of a request for a WebSocket, which has no answer then; undefined for any other. Once. */
export function takeSocket(request: IncomingMessage, response: ServerResponse): Held | undefined {
  const taken = held.get(request);
  if (!taken || taken.socket.destroyed) return undefined;
  held.delete(request);
  response.detachSocket(taken.socket as Socket);
  // What counts the time of answers hears of its end.
  taken.socket.once('close', () => response.emit('close'));
  return taken;
}
