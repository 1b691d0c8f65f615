import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface ForbiddenPlace {
  /** Without a trailing slash. */
  url: string;
  close(): Promise<void>;
}

/** Another address of this machine, which the services of the bench must not reach. */
const HOST = '127.0.0.5';

/** Listens where nobody may come; tells of everybody who does, whatever they speak. */
export async function startForbiddenPlace(onVisit: (said: string) => void): Promise<ForbiddenPlace> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let said = '';
    socket.on('data', (data) => {
      if (said === '') said = data.toString('latin1').split('\r\n')[0]!;
      socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
    });
    socket.on('error', () => undefined); // it went in the middle of it
    socket.on('close', () => {
      sockets.delete(socket);
      onVisit(said);
    });
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
