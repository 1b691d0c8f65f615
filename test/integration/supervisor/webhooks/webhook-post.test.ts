/* I16: a receiver without a valid certificate is sent nothing, and why one was not reached is said truly. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNames } from '#shared/adapters/egress/names.ts';
import { readEgressPolicy } from '#shared/platform/config/egress/policy.ts';
import { post, type WaysOut } from '../../../../services/supervisor/webhooks/post.ts';
import { certify } from '../../../support/cluster/api-server.ts';
import { PATIENCE_MS } from '../../../support/eventually.ts';
import { needs } from '../../../support/machine.ts';

await needs('openssl');

const names = createNames();
const out: WaysOut = {
  policy: readEgressPolicy('any'),
  outer: { http: undefined, https: undefined, not: undefined },
  lookupFor: () => names(),
};
const trusted = getCACertificates('default');
let listener: RequestListener = (_, response) => response.end();
let server: ReturnType<typeof createServer>;
let url: string;
let certificate: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-certificate-'));
  const { key, cert } = await certify(folder);
  await rm(folder, { recursive: true });
  certificate = cert;
  server = createServer({ key, cert }, (request, response) => listener(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=b`;
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const send = (withinMs = Math.ceil(PATIENCE_MS), through = out, to = url) =>
  post(
    {
      url: to,
      userId: 'a-user',
      headers: { 'X-Of-Mine': 'yes' },
      body: '{"é":1}',
      signal: AbortSignal.timeout(withinMs),
    },
    through,
  );

it('a receiver whose certificate nobody vouches for is sent nothing', async () => {
  let asked = 0;
  listener = (_, response) => {
    asked += 1;
    response.end();
  };
  await expect(send()).rejects.toMatchObject({
    why: {
      code: 'certificate_not_trusted',
      text: 'its certificate is not trusted here (self-signed certificate)',
    },
  });
  expect(asked).toBe(0);
});

it('a receiver whose certificate is for another name, or that speaks no TLS, or no HTTP, is sent nothing', async () => {
  setDefaultCACertificates([...trusted, certificate]);
  const lookup = createNames(() => Promise.resolve(['127.0.0.1']));
  const named = url.replace('127.0.0.1', 'hooks.test');
  await expect(send(undefined, { ...out, lookupFor: () => lookup() }, named)).rejects.toMatchObject({
    why: { code: 'certificate_of_another', text: 'its certificate is for another name' },
  });
  const echo = createTcpServer((socket) =>
    socket
      .on('error', () => undefined)
      .resume()
      .end('hello\r\n'),
  );
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const plain = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
  await expect(send(undefined, out, `https://${plain}/`)).rejects.toMatchObject({ why: { code: 'no_tls' } });
  await expect(send(undefined, out, `http://${plain}/`)).rejects.toMatchObject({ why: { code: 'not_http' } });
  echo.close();
  await once(echo, 'close');
});

it('one that is known gets the message over TLS, and its answer is read', async () => {
  setDefaultCACertificates([...trusted, certificate]);
  const asked: unknown[] = [];
  listener = async (request, response) => {
    const chunks = await request.toArray();
    const { method, headers } = request;
    asked.push({
      method,
      url: request.url,
      host: headers.host,
      of: headers['x-of-mine'],
      body: String(chunks),
    });
    response.writeHead(201).end('fine');
  };
  expect(await send()).toEqual({ status: 201, retryAfter: undefined, body: 'fine' });
  const host = new URL(url).host;
  expect(asked).toEqual([{ method: 'POST', url: '/hook?a=b', host, of: 'yes', body: '{"é":1}' }]);
});

it('of an answer without an end the beginning is enough', async () => {
  setDefaultCACertificates([...trusted, certificate]);
  listener = (_, response) => {
    const write = () => {
      while (response.write('x'.repeat(1_024)));
    };
    response.on('drain', write);
    write();
  };
  const { status, body } = await send();
  expect(status).toBe(200);
  expect(body.length).toBeLessThan(100_000);
});

it('an answer that comes too slowly, or not at all, is given up in time', async () => {
  setDefaultCACertificates([...trusted, certificate]);
  for (const slow of [
    () => undefined,
    (_: unknown, response: { write(text: string): void }) => response.write('x'),
  ]) {
    listener = slow as RequestListener;
    await expect(send(200)).rejects.toMatchObject({ name: 'TimeoutError' });
  }
});

it.each([
  ['does not exist', 'ENOTFOUND', 'its name is not known'],
  ['gets no answer', 'EAI_AGAIN', 'its name could not be looked up'],
])('I16: a receiver whose name %s is not reported as a matter of the policy', async (_, code, reported) => {
  const lookup = createNames(() => Promise.reject(Object.assign(new Error('no'), { code })));
  await expect(send(undefined, { ...out, lookupFor: () => lookup() }, 'https://a.test/')).rejects.toThrow(
    reported,
  );
});
