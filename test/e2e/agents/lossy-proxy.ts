/* A reverse proxy in front of a gateway that loses a request or its answer: the caller gets the proxy's own 502. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LossyProxy extends AsyncDisposable {
  url: string;
  /** How many requests were answered so. */
  readonly lost: number;
}

/** The one that it loses is the first POST to a path like `path`. */
export async function startLossyProxy(
  gateway: string,
  path: RegExp,
  loses: 'request' | 'answer',
): Promise<LossyProxy> {
  let lost = 0;
  const lose = (answer: ServerResponse) =>
    answer.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad Gateway</h1>');
  const pass = (asked: IncomingMessage, answer: ServerResponse): void => {
    const isLost = lost === 0 && asked.method === 'POST' && path.test(asked.url ?? '');
    if (isLost) lost += 1;
    if (isLost && loses === 'request') return void lose(answer);
    const { method = 'GET', headers } = asked;
    const passed = request(new URL(asked.url ?? '', gateway), { method, headers }, (given) => {
      if (isLost) {
        given.resume();
        return void lose(answer);
      }
      answer.writeHead(given.statusCode ?? 500, given.headers);
      given.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  };
  const server = createServer(pass).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get lost() {
      return lost;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
