import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { lookForOutages, noticingFetch, outages } from '../../../services/visualiser/app/state/connection.ts';

const NATS = { name: 'nats', since: '2026-11-25T12:00:00.000Z' };
const ready = { status: 200, body: {} as object };

/** Answers with the status that is asked for, to `/ready` as it is told, and to `/never` not at all. */
const server = createServer(({ url }, response) => {
  if (url === '/never') return;
  const { status, body } = url === '/ready' ? ready : { status: Number(url?.slice(1)), body: {} };
  response.writeHead(status).end(JSON.stringify(body));
});
let base: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  outages.value = [];
});
const missing = () => outages.value.map(({ name }) => name);
const look = (at = base) => lookForOutages(at, new AbortController().signal);

it.each([
  [200, []],
  [404, []],
  [500, []],
  // The gateway itself says that something is not there, e.g. an artifact yet.
  [503, []],
  [502, ['gateway']],
  [504, ['gateway']],
])('after an answer with %i this is out of reach: %s', async (status, names) => {
  await noticingFetch(`${base}/${status}`);
  expect(missing()).toEqual(names);
});

it('a gateway that does not answer in time is out of reach, since then, until it answers', async () => {
  const signal = AbortSignal.any([new AbortController().signal, AbortSignal.timeout(20)]);
  await expect(noticingFetch(`${base}/never`, { signal })).rejects.toThrow();
  expect(missing()).toEqual(['gateway']);
  const { since } = outages.value[0]!;
  await look('http://127.0.0.1:1');
  expect(outages.value).toEqual([{ name: 'gateway', since }]);
  await noticingFetch(`${base}/200`);
  expect(missing()).toEqual([]);
});

it('a request that nobody wants any more says nothing of it', async () => {
  const leaving = new AbortController();
  const answer = noticingFetch(`${base}/never`, { signal: leaving.signal });
  leaving.abort();
  await expect(answer).rejects.toThrow();
  expect(missing()).toEqual([]);
});

it('what the gateway cannot reach is what it says, as it was said first', async () => {
  const database = { name: 'database', since: NATS.since, runsGoOnUntil: '2026-11-25T12:00:06.000Z' };
  Object.assign(ready, { status: 503, body: { outages: [NATS, { name: 'runs', since: NATS.since }] } });
  await look();
  expect(outages.value).toEqual([NATS]);
  const later = { ...NATS, since: '2026-11-25T12:00:01.000Z' };
  Object.assign(ready, { status: 503, body: { outages: [database, later] } });
  await look();
  expect(outages.value).toEqual([database, NATS]);
  Object.assign(ready, { status: 200, body: { ok: true } });
  await look();
  expect(missing()).toEqual([]);
});
