/* A client that prefers problem documents gets its errors as such, and every answer has the id of its request. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../../../services/gateway/http/problem.ts';
import { call, createPerson, startGateway, useGateway } from '../fixture.ts';

const outages = [{ name: 'nats', since: '2026-11-25T12:00:00.000Z' }];
const gateway = await useGateway({ connections: { reach: { outages: () => outages } } });
const ann = await createPerson(gateway);

const PROBLEM = 'application/problem+json';
const missing = `/v1/runs/${randomUUID()}`;
const get = (accept: string, more = {}) =>
  call(gateway, 'GET', missing, { as: ann, headers: { accept, ...more } });

describe('an error is answered as a problem', () => {
  it.each([
    PROBLEM,
    `${PROBLEM}, application/json;q=0.9`,
    `application/json;q=0.5, ${PROBLEM};q=0.8`,
    `${PROBLEM}, */*`,
    `text/html, ${PROBLEM};q=0.1`,
  ])('to Accept: %s', async (accept) => {
    const { status, headers, body } = await get(accept);
    expect({ status, type: headers.get('content-type') }).toEqual({
      status: 404,
      type: PROBLEM,
    });
    expect(JSON.parse(String(body))).toEqual({
      type: '/problems/not_found',
      title: 'not found',
      status: 404,
      instance: missing,
      code: 'not_found',
    });
  });

  it.each([
    '',
    '*/*',
    'application/*',
    'application/json',
    `application/json, ${PROBLEM};q=0.9`,
    `${PROBLEM};q=0`,
    `*/*, ${PROBLEM};q=0.5`,
    'text/html',
    'nonsense;;q=,,',
  ])('not to Accept: %s', async (accept) => {
    const { headers, body } = await get(accept);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({ ok: false, error: 'not found' });
  });

  const ask = async (method: string, path: string, sent: Parameters<typeof call>[3] = {}) => {
    const { body } = await call(gateway, method, path, {
      ...sent,
      headers: { accept: PROBLEM, ...sent.headers },
    });
    const problem = JSON.parse(String(body));
    expect(problem).toEqual(problemSchema.parse(problem));
    return problem;
  };

  it('in the language of the caller, under the same code', async () => {
    expect(await ask('GET', missing, { as: ann, headers: { 'accept-language': 'es' } })).toMatchObject({
      title: 'no encontrado',
      code: 'not_found',
    });
    expect(await ask('GET', '/nothing?token=secret')).toMatchObject({
      title: 'not found',
      instance: '/nothing',
    });
  });

  it('with what the error says besides', async () => {
    expect(await ask('POST', '/v1/projects', { as: ann, body: {} })).toMatchObject({
      code: 'label_required',
      status: 400,
      details: { issues: [{ path: 'label', message: 'is required' }] },
    });
    expect(await ask('GET', '/ready')).toMatchObject({ code: 'not_ready', missing: ['nats'], outages });
    expect(await ask('DELETE', '/v1/run', { as: ann })).toMatchObject({ code: 'method_not_allowed' });
  });

  it('is not how anything else is answered', async () => {
    const { headers } = await call(gateway, 'GET', '/health', { headers: { accept: PROBLEM } });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });
});

describe('X-Request-Id', () => {
  const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const sent = async (id: string) => {
    const { headers } = await call(gateway, 'GET', '/v1/ping', { as: ann, headers: { 'x-request-id': id } });
    return headers.get('x-request-id');
  };

  it.each(['a', 'req-1', 'trace:1.2_3', 'x'.repeat(100)])('that is a good one is kept: %s', async (id) => {
    gateway.lines.length = 0;
    expect(await sent(id)).toBe(id);
    await expect.poll(() => gateway.lines.map((line) => JSON.parse(line).requestId)).toContain(id);
  });

  it.each(['', 'x'.repeat(101), 'two words', 'a,b', '<script>', 'ñ', '"quoted"', '{"a":1}'])(
    'that is not is replaced, and not in the log: %j',
    async (id) => {
      gateway.lines.length = 0;
      expect(await sent(id)).toMatch(UUID);
      await expect.poll(() => gateway.lines.length).toBe(1);
      if (id !== '') expect(gateway.lines[0]).not.toContain(JSON.stringify(id));
    },
  );

  it('is a fresh one without', async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => (await get('*/*')).headers.get('x-request-id')));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(UUID);
  });
});

describe('pages of other origins', () => {
  it('may send and read all headers that the contract has', async () => {
    await using open = await startGateway({ config: { GHOSTLY_CORS_ORIGINS: ['http://app.test'] } });
    const { headers } = await call(open, 'OPTIONS', '/v1/run', {
      headers: { origin: 'http://app.test', 'access-control-request-method': 'POST' },
    });
    const listed = (name: string) => headers.get(name)?.split(', ').sort();
    expect(listed('access-control-allow-headers')).toEqual(
      expect.arrayContaining(['Accept', 'Idempotency-Key', 'X-Api-Key', 'X-Request-Id']),
    );
    expect(listed('access-control-expose-headers')).toEqual(
      expect.arrayContaining(['Idempotent-Replayed', 'Link', 'Retry-After', 'X-Request-Id']),
    );
  });
});
