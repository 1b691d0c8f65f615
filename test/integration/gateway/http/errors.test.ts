/* I10: a request that cannot be served gets an error in JSON that says why, and its query is in no log. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { call, createPerson, startGateway, startRun, useGateway } from '../fixture.ts';

const gateway = await useGateway({ config: { GHOSTLY_CORS_ORIGINS: ['http://app.test'] } });
const ann = await createPerson(gateway);

const MIB = 1024 * 1024;

describe('a request that no route takes', () => {
  it.each([
    '/nothing',
    '/v1',
    '/v1/nothing',
    '/v1/runs/x/y/z',
    '/artifacts',
    '/artifacts/x/y/z',
    '/%00',
    '/v1/run%2F..',
  ])('GET %s: 404', async (path) => {
    expect(await call(gateway, 'GET', path, { as: ann })).toMatchObject({
      status: 404,
      body: { ok: false, error: 'not found' },
    });
  });

  it.each([
    ['DELETE', '/v1/run', 'POST, OPTIONS'],
    ['GET', '/v1/run', 'POST, OPTIONS'],
    ['PUT', '/v1/projects', 'HEAD, GET, POST, OPTIONS'],
    ['POST', '/health', 'HEAD, GET, OPTIONS'],
    ['GET', '/v1/auth/login', 'POST, OPTIONS'],
    ['PROPFIND', '/v1/runs', 'HEAD, GET, OPTIONS'],
  ])('%s %s: 405, and what is allowed', async (method, path, allow) => {
    const answer = await call(gateway, method, path, { as: ann });
    expect(answer).toMatchObject({ status: 405, body: { ok: false, error: 'method not allowed' } });
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('may ask for the options of a known path', async () => {
    const answer = await call(gateway, 'OPTIONS', '/v1/run');
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
  });

  it('is no stream for its headers alone', async () => {
    const id = await startRun(gateway, ann);
    expect((await call(gateway, 'HEAD', `/v1/runs/${id}/events/stream`, { as: ann })).status).toBe(405);
    expect((await call(gateway, 'HEAD', `/v1/runs/${id}`, { as: ann })).status).toBe(200);
  });
});

describe('a body', () => {
  const post = (text: string | Uint8Array<ArrayBuffer> | ReadableStream, headers = {}) =>
    fetch(`${gateway.url}/v1/projects`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json', ...headers },
      body: text,
      ...(text instanceof ReadableStream && { duplex: 'half' }),
    } as RequestInit);
  const errorOf = async (response: Response) => [
    response.status,
    ((await response.json()) as { error: string }).error,
  ];

  it.each(['{', 'nonsense', '{"label":"x"} trailing', '{"__proto__":{"a":1},"label":"x"}', '\0'])(
    'that is not JSON (%j): 400',
    async (text) => {
      expect(await errorOf(await post(text))).toEqual([400, 'invalid JSON body']);
    },
  );

  it.each(['"text"', '1', 'null', '[]'])('that is %s and no object is a validation error', async (text) => {
    const response = await post(text);
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({
        error: 'validation error',
        details: expect.objectContaining({ formErrors: [expect.any(String)] }),
      }),
    ]);
  });

  it.each([
    ['nested 20,000 times', `${'['.repeat(20_000)}1${']'.repeat(20_000)}`],
    ['with a `toString` that is no function', '{"label":{"length":{"toString":0}}}'],
  ])('%s is refused before anything stumbles over it', async (_, text) => {
    expect(await errorOf(await post(text))).toEqual([400, 'invalid JSON body']);
  });

  it('that is empty is like one without fields', async () => {
    const response = await fetch(`${gateway.url}/v1/projects`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ann.token}` },
    });
    expect(await errorOf(response)).toEqual([400, 'label is required']);
  });

  it.each([['text/plain'], ['application/x-www-form-urlencoded'], ['']])(
    'is JSON, whatever it is called (%j)',
    async (type) => {
      expect((await post('{"label":"x"}', { 'content-type': type })).status).toBe(201);
    },
  );

  it('over 1 MiB: 413, known by its length, found on the way, or unpacked', async () => {
    const big = 'x'.repeat(MIB);
    const tooBig = [413, 'body too large'];
    expect(await errorOf(await post(JSON.stringify({ label: 'x', more: big })))).toEqual(tooBig);
    const chunks = new ReadableStream({
      start(controller) {
        for (let chunk = 0; chunk < 20; chunk += 1)
          controller.enqueue(new TextEncoder().encode('x'.repeat(MIB / 10)));
        controller.close();
      },
    });
    expect(await errorOf(await post(chunks))).toEqual(tooBig);
    const packed = new Uint8Array(gzipSync(JSON.stringify({ label: 'x', more: big })));
    expect(await errorOf(await post(packed, { 'content-encoding': 'gzip' }))).toEqual(tooBig);
    const exact = JSON.stringify({ label: 'x', more: '' });
    expect((await post(exact.replace('""', `"${'x'.repeat(MIB - exact.length)}"`))).status).toBe(201);
  });

  it('over 1 MiB: also a sender that writes all of it first gets to read the answer', async () => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').pause();
    const size = 8 * MIB;
    socket.write(
      `POST /v1/projects HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ann.token}\r\nContent-Length: ${size}\r\n\r\n`,
    );
    for (let sent = 0; sent < size; sent += MIB)
      if (!socket.write('x'.repeat(MIB))) await once(socket, 'drain');
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 413 .*"body too large"\}$/s);
  });

  it('in an encoding that is unknown: 415; packed in a known one: as if it were not', async () => {
    expect(await errorOf(await post('{}', { 'content-encoding': 'snappy' }))).toEqual([
      415,
      'unsupported content encoding',
    ]);
    const packed = new Uint8Array(gzipSync('{"label":"packed"}'));
    expect((await post(packed, { 'content-encoding': 'gzip' })).status).toBe(201);
    expect(await errorOf(await post('{"label":"x"}', { 'content-encoding': 'gzip' }))).toEqual([
      400,
      'invalid JSON body',
    ]);
  });

  it('is not read before its sender is known', async () => {
    expect(await errorOf(await post('x'.repeat(2 * MIB), { authorization: 'Bearer nonsense' }))).toEqual([
      401,
      'unauthorized',
    ]);
  });
});

describe('what is not even HTTP', () => {
  it('gets a JSON error and is hung up on', async () => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.end('nonsense\r\n\r\n');
    const answer = await textOf(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toMatch(/\{"ok":false,"error":"bad request"\}$/);
  });
});

describe('headers', () => {
  it('forbid browsers to sniff, frame, cache or pass on what they get', async () => {
    const { headers } = await call(gateway, 'GET', '/nothing');
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
    });
  });

  it('let in pages of the listed origins only', async () => {
    const preflight = (origin: string) =>
      call(gateway, 'OPTIONS', '/v1/run', { headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await preflight('http://app.test');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://app.test');
    expect(allowed.headers.get('access-control-allow-headers')).toContain('X-Api-Key');
    expect((await preflight('http://evil.test')).headers.get('access-control-allow-origin')).toBeNull();
    const failed = await call(gateway, 'GET', '/v1/runs', { headers: { origin: 'http://app.test' } });
    expect(failed.status).toBe(401);
    expect(failed.headers.get('access-control-allow-origin')).toBe('http://app.test');
    expect(failed.headers.get('vary')).toBe('Accept-Encoding, Origin');
  });
});

describe('I10: the log', () => {
  it('has one line for a request, with its id and without its query', async () => {
    gateway.lines.length = 0;
    const { headers } = await call(gateway, 'GET', '/v1/runs?project=hidden&label=secret', { as: ann });
    await expect.poll(() => gateway.lines.length).toBe(1);
    expect(JSON.parse(gateway.lines[0]!)).toMatchObject({
      requestId: headers.get('x-request-id'),
      method: 'GET',
      path: '/v1/runs',
      status: 200,
      userId: ann.userId,
      msg: 'request',
    });
    expect(gateway.lines[0]).not.toMatch(/hidden|secret/);
  });
});

describe('what nobody expected', () => {
  it('is a 500 with an id that is in the log too, and nothing else', async () => {
    await using broken = await startGateway();
    const person = await createPerson(broken);
    const id = await startRun(broken, person);
    await broken.sql.rows('drop table late_results');
    broken.lines.length = 0;
    const answer = await call(broken, 'GET', `/v1/runs/${id}`, { as: person });
    const requestId = answer.headers.get('x-request-id');
    expect(answer.status).toBe(500);
    expect(answer.body).toEqual({ ok: false, error: 'internal error', requestId });
    const line = broken.lines.map((text) => JSON.parse(text)).find(({ level }) => level === 50);
    expect(line).toMatchObject({ requestId, msg: 'unexpected error', err: { code: '42P01' } });
  });
});

async function textOf(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}
