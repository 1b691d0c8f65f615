/*
 * `/health` and `/ready` of a service without an HTTP interface of its own, for container engines and Kubernetes. Owns
 * its listener, and no figures: each answer is asked for anew. `/health` answers as long as the event loop turns;
 * `/ready` says what the service cannot reach now, as the gateway's does.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config/config.ts';
import { type Checks, missingOf } from './missing-checks.ts';

export interface Health extends AsyncDisposable {
  /** The port that it listens on; undefined: on none. */
  readonly port: number | undefined;
  /** From now on `/ready` answers by these; until then it is 503, with `starting` as what is missing. */
  started(checks: Checks): void;
}

type HealthAddress = Config<'HOST' | 'GHOSTLY_HEALTH_PORT'>;

/** Rejects if the port is in use. Without a port nothing listens. */
export async function serveHealth({ HOST: host, GHOSTLY_HEALTH_PORT: port }: HealthAddress): Promise<Health> {
  if (port === undefined) return NOBODY;
  let checks: Checks = { starting: async () => false };
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/health') return answer(response, 200, { ok: true });
    if (path !== '/ready') return answer(response, 404, { ok: false, error: 'not found' });
    void missingOf(checks).then((missing) =>
      missing.length === 0
        ? answer(response, 200, { ok: true })
        : answer(response, 503, { ok: false, error: 'not ready', missing }),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    started(given) {
      checks = given;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const NOBODY: Health = {
  port: undefined,
  started: () => undefined,
  [Symbol.asyncDispose]: async () => undefined,
};

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  });
  response.end(text);
}
