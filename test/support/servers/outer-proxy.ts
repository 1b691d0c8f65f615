import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** An operator's HTTP proxy (CONNECT only) that leads every name to 127.0.0.1 and `port`; it asks for u:p. */
export async function startOuterProxy(port: number) {
  const asked: { authority: string | undefined; signIn: string | undefined }[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    asked.push({ authority: request.url, signIn: request.headers['proxy-authorization'] });
    const target = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    // A browser that closes while a page loads resets its connections.
    for (const one of [target, socket]) one.on('error', () => one.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://u:p@127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
