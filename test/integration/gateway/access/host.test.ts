/* I11: a request is let in by a name of the gateway alone, but for the probes. */
import { request } from 'node:http';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { call, createPerson, useGateway } from '../fixture.ts';

const publicUrls = ['https://ghostly.example.com', 'http://gateway:4000'];
const gateway = await useGateway({
  config: { GHOSTLY_PUBLIC_URL: publicUrls, GHOSTLY_CORS_ORIGINS: ['*'], GHOSTLY_TRUSTED_PROXIES: 1 },
});
const ann = await createPerson(gateway);

async function get(path: string, host: string, more: Record<string, string> = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    text: string;
    cors: unknown;
  }>();
  const headers = { host, authorization: `Bearer ${ann.token}`, ...more };
  request(new URL(path, gateway.url), { headers }, async (response) => {
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    const cors = response.headers['access-control-allow-origin'];
    resolve({ status: response.statusCode ?? 0, text, cors });
  })
    .on('error', reject)
    .end();
  return promise;
}

describe('I11: a request is let in by a name of the gateway', () => {
  it.each([
    'localhost',
    'LOCALHOST:9999',
    'app.localhost:4000',
    '127.0.0.1:4000',
    '192.168.1.20',
    '[::1]:4000',
    'ghostly.example.com',
    'Ghostly.Example.com.:443',
    'gateway:4000',
    hostname(),
  ])('%s', async (host) => {
    expect((await get('/v1/auth/me', host)).status).toBe(200);
  });
});

describe('I11: a request by a name that is none of ours is refused, whatever it asks for', () => {
  it.each([
    'evil.example.com',
    'ghostly.example.com.evil.test',
    'notlocalhost',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    'evil.test@localhost',
    'localhost/evil.test',
    'x y',
  ])('%j', async (host) => {
    for (const path of ['/v1/auth/me', '/', '/docs', '/v1/nothing']) {
      const { status, text, cors } = await get(path, host, { 'x-forwarded-host': 'localhost' });
      expect({ status, cors }, path).toEqual({ status: 421, cors: undefined });
      expect(JSON.parse(text)).toEqual({
        ok: false,
        error: 'this server does not answer to that Host: set GHOSTLY_PUBLIC_URL',
      });
    }
  });

  it('but for the probes, which say nothing', async () => {
    for (const path of ['/health', '/ready']) expect((await get(path, 'evil.test')).status).toBe(200);
    expect((await call(gateway, 'GET', '/health')).status).toBe(200);
  });
});
