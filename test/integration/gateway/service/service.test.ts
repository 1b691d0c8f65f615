/* The gateway tells its version, which calls it does not have, and since when a server is out of reach. */
import { describe, expect, it } from 'vitest';
import type { Outage } from '#shared/api/contract/errors/outages.ts';
import { VERSION } from '#shared/platform/process/version.ts';
import { call, createPerson, expectContract, useGateway } from '../fixture.ts';

let outages: Outage[] = [];

const gateway = await useGateway({ connections: { reach: { outages: () => outages } } });
const ann = await createPerson(gateway);

const get = (path: string, sent = {}) => call(gateway, 'GET', path, sent);

it('the front page says what this is', async () => {
  expect((await get('/')).body).toEqual({ service: 'ghostly', version: VERSION });
});

it('health says that the process is alive', async () => {
  const answer = await get('/health');
  expectContract('health', answer);
  expect(answer).toMatchObject({ status: 200, body: { status: 'ok' } });
});

it('ping and version answer every caller with credentials', async () => {
  const [ping, version] = [await get('/v1/ping', { as: ann }), await get('/v1/version', { as: ann })];
  expectContract('ping', ping);
  expectContract('version', version);
  expect(ping.body).toEqual({ ok: true, service: 'ghostly', env: 'test', assistConfigured: false });
  expect(version.body).toEqual({ current: VERSION, latest: VERSION, updateAvailable: false });
  for (const path of ['/v1/ping', '/v1/version']) expect((await get(path)).status).toBe(401);
});

it.each([
  ['POST', '/v1/plan'],
  ['PUT', '/v1/settings/llm'],
  ['POST', '/v1/settings/llm/test'],
  ['GET', '/v1/settings/llm/models?providerId=x'],
])('%s %s is not built yet, and says so', async (method, path) => {
  expect(await call(gateway, method, path, { as: ann })).toMatchObject({
    status: 501,
    body: { ok: false, error: 'assisted flows are not available yet' },
  });
});

describe('ready', () => {
  const since = '2026-11-25T12:00:00.000Z';
  const nats = { name: 'nats', since };
  const database = { name: 'database', since, runsGoOnUntil: '2026-11-25T12:00:06.000Z' };
  it.each<[string, Outage[], string[]]>([
    ['nothing', [], []],
    ['the database', [database], ['database']],
    ['NATS', [nats], ['nats']],
    ['both', [database, nats], ['database', 'nats']],
  ])('says that %s is out of reach, and since when', async (_, now, missing) => {
    outages = now;
    const answer = await get('/ready');
    expectContract('ready', answer);
    if (now.length === 0) expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    else
      expect(answer).toMatchObject({
        status: 503,
        body: { ok: false, error: 'not ready', missing, outages: now },
      });
  });
});
