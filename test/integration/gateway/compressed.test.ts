import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { call, createPerson, startRun, useGateway } from './fixture.ts';

const SCRIPT = 'const a = 1;\n'.repeat(500);
const webDir = await mkdtemp(join(tmpdir(), 'ghostly-test-packed-'));
await mkdir(join(webDir, 'assets'));
await writeFile(join(webDir, 'index.html'), `<!doctype html><title>app</title>${'<p>text</p>'.repeat(200)}`);
await writeFile(join(webDir, 'assets/app-DiwrgTda.js'), SCRIPT);
await writeFile(join(webDir, 'assets/app-DiwrgTda.js.br'), brotliCompressSync(SCRIPT));
await writeFile(join(webDir, 'assets/only-plain.js'), SCRIPT);
await writeFile(join(webDir, 'picture.png'), Buffer.alloc(20_000));
const gateway = await useGateway({ config: { webDir } });
afterAll(() => rm(webDir, { recursive: true }));
const ann = await createPerson(gateway);

interface Raw {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

/** As it comes over the wire, undecoded. */
function raw(path: string, headers: Record<string, string>): Promise<Raw> {
  const { promise, resolve, reject } = Promise.withResolvers<Raw>();
  request(`${gateway.url}${path}`, { headers }, (response) => {
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => parts.push(part));
    response.once('end', () =>
      resolve({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(parts) }),
    );
  })
    .on('error', reject)
    .end();
  return promise;
}
const authorization = `Bearer ${ann.token}`;

it.each([
  ['br, gzip', 'br', brotliDecompressSync],
  ['gzip, deflate', 'gzip', gunzipSync],
] as const)('a list is compressed for a client that takes %s', async (accepted, encoding, unpack) => {
  for (let count = 0; count < 5; count += 1) await startRun(gateway, ann);
  const plain = await raw('/v1/runs', { authorization });
  const { headers, bytes } = await raw('/v1/runs', { authorization, 'accept-encoding': accepted });
  expect(headers['content-encoding']).toBe(encoding);
  expect(headers.vary).toContain('Accept-Encoding');
  expect(bytes.length).toBeLessThan(plain.bytes.length / 2);
  expect(unpack(bytes).toString()).toBe(plain.bytes.toString());
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.headers.vary).toContain('Accept-Encoding');
});

it('I13: a large answer is compressed too, as it is written', async () => {
  const { bytes, headers } = await raw('/openapi.json', { 'accept-encoding': 'br' });
  expect(headers['content-encoding']).toBe('br');
  expect(JSON.parse(brotliDecompressSync(bytes).toString())).toMatchObject({ openapi: expect.any(String) });
});

it('what is small, a picture, and an answer that shows a secret are sent as they are', async () => {
  const headers = { authorization, 'accept-encoding': 'br, gzip' };
  for (const path of ['/health', '/v1/ping', '/picture.png'])
    expect((await raw(path, headers)).headers['content-encoding'], path).toBeUndefined();
  const label = 'x'.repeat(200);
  const made = await call(gateway, 'POST', '/v1/api-keys', { as: ann, body: { label }, headers });
  expect(made.status).toBe(201);
  expect(made.headers.get('content-encoding')).toBeNull();
  const wrong = { steps: Array.from({ length: 25 }, () => ({ action: 'dance' })) };
  const refused = await call(gateway, 'POST', '/v1/run', { as: ann, body: wrong, headers });
  expect(Number(refused.headers.get('content-length'))).toBeGreaterThan(1_024);
  expect(refused.headers.get('content-encoding')).toBeNull();
});

it('a file that the build has compressed is sent as it was built, with the validator of the plain one', async () => {
  const path = '/assets/app-DiwrgTda.js';
  const plain = await raw(path, {});
  const packed = await raw(path, { 'accept-encoding': 'gzip, br' });
  expect(plain.bytes.toString()).toBe(SCRIPT);
  expect(packed.headers['content-encoding']).toBe('br');
  expect(packed.bytes).toEqual(brotliCompressSync(SCRIPT));
  expect(packed.headers).toMatchObject({
    etag: plain.headers.etag,
    'content-type': 'text/javascript; charset=utf-8',
    'content-length': String(packed.bytes.length),
    'cache-control': 'public, max-age=31536000, immutable',
    vary: expect.stringContaining('Accept-Encoding'),
  });
  const known = {
    'accept-encoding': 'br',
    'if-none-match': plain.headers.etag ?? '',
    'cache-control': 'max-age=0',
  };
  expect((await raw(path, known)).status).toBe(304);
});

it('others are compressed when they are asked for', async () => {
  for (const path of ['/assets/only-plain.js', '/']) {
    const { headers, bytes } = await raw(path, { 'accept-encoding': 'br' });
    expect(headers['content-encoding'], path).toBe('br');
    expect(brotliDecompressSync(bytes).length).toBeGreaterThan(2_000);
  }
});

it('I7: an event stream is not compressed, so that each event arrives when it happens', async () => {
  const id = await startRun(gateway, ann);
  const leaving = new AbortController();
  const response = await fetch(`${gateway.url}/v1/runs/${id}/events/stream`, {
    headers: { authorization, 'accept-encoding': 'br, gzip' },
    signal: leaving.signal,
  });
  expect(response.headers.get('content-encoding')).toBeNull();
  const { value } = await response.body!.getReader().read();
  expect(new TextDecoder().decode(value)).toContain('event: status');
  leaving.abort();
});
