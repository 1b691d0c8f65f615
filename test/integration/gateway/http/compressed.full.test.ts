/* I7, I13: large answers are compressed for clients that take it; what shows a secret, and streams, are not. */
import { createHook } from 'node:async_hooks';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { call, createPerson, FLOW, startRun, useGateway } from '../fixture.ts';

const SCRIPT = 'const a = 1;\n'.repeat(500);
const webDir = await mkdtemp(join(tmpdir(), 'ghostly-test-packed-'));
await mkdir(join(webDir, 'assets'));
await writeFile(join(webDir, 'index.html'), `<!doctype html><title>app</title>${'<p>text</p>'.repeat(200)}`);
await writeFile(join(webDir, 'assets/app-DiwrgTda.js'), SCRIPT);
await writeFile(join(webDir, 'assets/app-DiwrgTda.js.br'), brotliCompressSync(SCRIPT));
await writeFile(join(webDir, 'assets/only-plain.js'), SCRIPT);
await writeFile(join(webDir, 'picture.png'), Buffer.alloc(20_000));
const gateway = await useGateway({ config: { GHOSTLY_WEB_DIR: webDir } });
afterAll(() => rm(webDir, { recursive: true }));
const ann = await createPerson(gateway);

/** Made by zlib in this process, where only the gateway compresses. */
let compressions = 0;
const counting = createHook({
  init(_, type) {
    if (type === 'ZLIB') compressions += 1;
  },
}).enable();
afterAll(() => counting.disable());

interface Raw {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

/** The bytes on the wire, undecoded. */
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
  const body = { ...FLOW(ann.projectId), baseUrl: `http://127.0.0.1:1/${'x'.repeat(500)}` };
  for (let count = 0; count < 40; count += 1)
    expect((await call(gateway, 'POST', '/v1/run', { as: ann, body })).status).toBe(202);
  const { bytes, headers } = await raw('/v1/runs', { authorization, 'accept-encoding': 'br' });
  expect(headers['content-encoding']).toBe('br');
  const plain = brotliDecompressSync(bytes);
  expect(plain.length).toBeGreaterThan(16 * 1_024);
  expect(JSON.parse(plain.toString()).length).toBeGreaterThanOrEqual(40);
});

it.each(['/openapi.json', '/asyncapi.json', '/docs', '/', '/assets/only-plain.js'])(
  'I13: %s is compressed once, however many strangers ask for it',
  async (path) => {
    const ask = (encoding: string) =>
      Promise.all(Array.from({ length: 16 }, () => raw(path, { 'accept-encoding': encoding })));
    const plain = await raw(path, {});
    const [packed] = await ask('br');
    expect(packed!.headers['content-encoding']).toBe('br');
    expect(Number(packed!.headers['content-length'])).toBe(packed!.bytes.length);
    expect(brotliDecompressSync(packed!.bytes)).toEqual(plain.bytes);
    expect(packed!.headers.etag).toBe(plain.headers.etag);

    const before = compressions;
    for (const { bytes } of await ask('br')) expect(bytes).toEqual(packed!.bytes);
    expect(compressions).toBe(before);
    // What is made for its reader is compressed each time: these are counted.
    await raw('/v1/runs', { authorization, 'accept-encoding': 'br' });
    expect(compressions).toBeGreaterThan(before);
  },
);

it('a file of the web app that has changed is sent as it is now', async () => {
  const file = join(webDir, 'assets/changing.js');
  const get = () => raw('/assets/changing.js', { 'accept-encoding': 'br' });
  await writeFile(file, SCRIPT);
  const first = await get();
  await writeFile(file, `${SCRIPT}changed();`);
  const second = await get();
  expect(brotliDecompressSync(first.bytes).toString()).toBe(SCRIPT);
  expect(brotliDecompressSync(second.bytes).toString()).toBe(`${SCRIPT}changed();`);
  expect(second.headers.etag).not.toBe(first.headers.etag);
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
