import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Asks the SOCKS 5 proxy at `proxyPort` for a connection, as Chromium does. Resolves to the reply's code and the socket. */
export async function askForConnection(
  proxyPort: number,
  host: string,
  port: number,
): Promise<{ code: number; socket: Socket }> {
  const socket = connect(proxyPort, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(Buffer.of(5, 1, 0));
  await take(socket, 2);
  const name = Buffer.from(host, 'latin1');
  socket.write(Buffer.concat([Buffer.of(5, 1, 0, 3, name.length), name, Buffer.of(port >> 8, port & 255)]));
  const [, code] = await take(socket, 10);
  return { code: code as number, socket };
}

async function take(socket: Socket, size: number): Promise<Buffer> {
  for (;;) {
    const part: unknown = socket.read(size);
    if (Buffer.isBuffer(part)) return part;
    if (socket.readableEnded || socket.destroyed) throw new Error('the proxy closed the connection');
    await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
  }
}
