/*
 * An HTTP server in front of an S3 server, which answers some requests itself, as stores of other makers do, and passes on
 * the others as they are. Owns its listener.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StoreAnswer {
  status: number;
  code: string;
}

export interface StoreFront extends AsyncDisposable {
  readonly url: string;
  /** `<method> <path>` of each request, those that it answered itself too. */
  readonly asked: readonly string[];
  /** Undefined: the request is passed on. Nothing is refused at first. */
  refuse: (request: IncomingMessage) => StoreAnswer | undefined;
}

export async function startStoreFront(store: string): Promise<StoreFront> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const answer = front.refuse(request);
    if (answer) refuse(request, response, answer);
    else passOn(request, response, store);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const front: StoreFront = {
    url: `http://127.0.0.1:${port}`,
    asked,
    refuse: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return front;
}

function refuse(request: IncomingMessage, response: ServerResponse, { status, code }: StoreAnswer): void {
  request.resume();
  request.on('end', () => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
  });
}

function passOn(request: IncomingMessage, response: ServerResponse, store: string): void {
  const { method, headers, url } = request;
  const further = send(`${store}${url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  further.on('error', () => response.destroy());
  request.pipe(further);
}
