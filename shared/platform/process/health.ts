/*
 * `/health`, `/ready` and `/metrics` of a service on a port of their own. Owns its listener. `/health` answers as
 * long as the event loop turns; `/ready` says what is out of reach now; `?without=nats`: whether it could do without
 * that.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GAUGES } from '#shared/platform/metrics/instruments.ts';
import type { Config } from '../config/config.ts';
import { familiesOf } from '../http/http-server.ts';
import type { Log } from '../log/log.ts';
import { type DependencyChecks, missingOf } from './missing-checks.ts';
import { VERSION } from './version.ts';

export interface Health extends AsyncDisposable {
  /** The port that it listens on; undefined: on none. */
  readonly port: number | undefined;
  /** Makes `/ready` answer by these checks; until then it is 503, with `starting` as what is missing. */
  started(checks: DependencyChecks): void;
}

type HealthAddress = Config<'HOST' | 'GHOSTLY_HEALTH_PORT'>;

interface Answer {
  status: number;
  type: string;
  text: string;
}

/**
 * `service`: whose figures `/metrics` shows; counted from now on. Rejects if the port is in use. Without a port nothing
 * listens, and nothing is counted.
 */
export async function serveHealth(
  service: string,
  { HOST: host, GHOSTLY_HEALTH_PORT: port }: HealthAddress,
  log: Log,
): Promise<Health> {
  if (port === undefined) return NOBODY;
  const { collectFigures } = await import('#shared/platform/metrics/provider.ts');
  const figures = collectFigures(service, VERSION, ({ figure, cause: err }) =>
    log.warn({ figure, err }, 'a figure cannot be read'),
  );
  let checks: DependencyChecks = { starting: async () => false };
  const pages: Record<string, (query: URLSearchParams) => Promise<Answer>> = {
    '/health': async () => json(200, { ok: true }),
    '/ready': async (query) => readiness(withoutSome(checks, query.getAll('without'))),
    '/metrics': async () => ({ status: 200, type: figures.contentType, text: await figures.read() }),
  };
  const server = createServer((request, response) => {
    const [path = '', query] = request.url?.split('?', 2) ?? [];
    const page = pages[path];
    const answer = page
      ? page(new URLSearchParams(query))
      : Promise.resolve(json(404, { ok: false, error: 'not found' }));
    answer.then(
      (found) => send(response, found),
      () => send(response, json(500, { ok: false, error: 'internal error' })),
    );
  });
  server.listen(port, familiesOf(host));
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    started(given) {
      checks = given;
      GAUGES.reach(() => reachOf(given));
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

const withoutSome = (checks: DependencyChecks, names: readonly string[]): DependencyChecks =>
  Object.fromEntries(Object.entries(checks).filter(([name]) => !names.includes(name)));

async function readiness(checks: DependencyChecks): Promise<Answer> {
  const missing = await missingOf(checks);
  return missing.length === 0
    ? json(200, { ok: true })
    : json(503, { ok: false, error: 'not ready', missing });
}

async function reachOf(checks: DependencyChecks) {
  const missing = await missingOf(checks);
  return Object.keys(checks).map(
    (name) => [missing.includes(name) ? 0 : 1, { 'ghostly.dependency': name }] as const,
  );
}

const json = (status: number, body: object): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  text: JSON.stringify(body),
});

function send(response: ServerResponse, { status, type, text }: Answer): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  });
  response.end(text);
}
