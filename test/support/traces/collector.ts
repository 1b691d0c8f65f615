/*
 * A collector of traces for one test file: OTLP over HTTP, as processes send it. Owns its listener, and what it got.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterFile } from '../file-hooks.ts';
import { type ReceivedSpan, spansOf } from './otlp.ts';

export interface Collector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** How it answers from now on; 'never': it takes requests, and does not answer. */
  answer(how: number | 'never'): void;
}

export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  let how: number | 'never' = 200;
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      if (how === 'never') return;
      const isTraces =
        request.url === '/v1/traces' && request.headers['content-type'] === 'application/x-protobuf';
      if (isTraces && how === 200) spans.push(...spansOf(body));
      response.writeHead(isTraces ? how : 404, { 'Content-Type': 'application/x-protobuf' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterFile(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    answer: (given) => {
      how = given;
    },
  };
}
