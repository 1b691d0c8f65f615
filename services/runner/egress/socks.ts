import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Target } from '#shared/adapters/egress/target.ts';

/*
 * The server side of SOCKS 5 (RFC 1928) as far as Chromium uses it: CONNECT without authentication. Chosen over an
 * HTTP proxy because it passes plain bytes: nothing of HTTP is read, changed or added.
 */

const VERSION = 5;
const CONNECT = 1;
const HANDSHAKE_MS = 10_000;
const LONGEST_GREETING = 2 + 255;

export const REPLY = { succeeded: 0, notAllowed: 2, unreachable: 4 } as const;

/** Reads the client's request. @throws Error if it is not SOCKS 5, is cut off or takes too long */
export async function readTarget(socket: Socket): Promise<Target> {
  const signal = AbortSignal.timeout(HANDSHAKE_MS);
  const [version, methods] = await take(socket, 2, signal);
  if (version !== VERSION) throw new Error('not SOCKS 5');
  await take(socket, methods as number, signal);
  socket.write(Buffer.of(VERSION, 0));
  const [again, command, , type] = await take(socket, 4, signal);
  if (again !== VERSION || command !== CONNECT) throw new Error('not a CONNECT');
  const host = await readHost(socket, type as number, signal);
  const port = (await take(socket, 2, signal)).readUInt16BE();
  return { host, port };
}

/** Replies; Chromium waits for this before it sends anything. */
export function reply(socket: Socket, code: (typeof REPLY)[keyof typeof REPLY]): void {
  socket.write(Buffer.of(VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0));
}

async function readHost(socket: Socket, type: number, signal: AbortSignal): Promise<string> {
  if (type === 1) return (await take(socket, 4, signal)).join('.');
  if (type === 3) {
    const [length] = await take(socket, 1, signal);
    return (await take(socket, length as number, signal)).toString('latin1').replace(/^\[(.*)\]$/, '$1');
  }
  if (type !== 4) throw new Error('an unknown kind of address');
  return ((await take(socket, 16, signal)).toString('hex').match(/.{4}/g) as string[]).join(':');
}

/** The next `size` bytes; what comes after them stays in the socket. */
async function take(socket: Socket, size: number, signal: AbortSignal): Promise<Buffer> {
  if (size === 0) return Buffer.alloc(0);
  if (size > LONGEST_GREETING) throw new Error('too long');
  for (;;) {
    const part: unknown = socket.read(size);
    if (Buffer.isBuffer(part) && part.length === size) return part;
    if (socket.readableEnded || socket.destroyed) throw new Error('the client disconnected');
    await once(socket, 'readable', { signal });
  }
}
