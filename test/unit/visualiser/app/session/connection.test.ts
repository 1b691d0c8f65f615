/* A page says truly whether the gateway, its servers or the reader's network is away, and since when. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import {
  lookForOutages,
  noticingFetch,
  outages,
  unread,
} from '../../../../../services/visualiser/app/session/connection.ts';

const NATS = { name: 'nats', since: '2026-11-25T12:00:00.000Z' };
/** `held`: takes how to answer, instead of the answer. */
const ready: { status: number; body: object; held?: (answer: () => void) => void } = {
  status: 200,
  body: {},
};

/** Answers with the status that is asked for, to `/ready` as and when the test says, and to `/never` not at all. */
const server = createServer(({ url }, response) => {
  if (url === '/never') return;
  const answer = () => {
    const { status, body } = url === '/ready' ? ready : { status: Number(url?.slice(1)), body: {} };
    response.writeHead(status).end(JSON.stringify(body));
  };
  if (url === '/ready' && ready.held) ready.held(answer);
  else answer();
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
beforeEach(async () => {
  outages.value = [];
  await noticingFetch(`${base}/200`);
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
])('after two answers with %i this is out of reach: %s', async (status, names) => {
  await noticingFetch(`${base}/${status}`);
  expect(missing()).toEqual([]);
  await noticingFetch(`${base}/${status}`);
  expect(missing()).toEqual(names);
});

/** A request that has not been answered in its time: that is over once the server has it. */
function miss() {
  const late = new AbortController();
  server.once('request', () => late.abort(new DOMException('late', 'TimeoutError')));
  return noticingFetch(`${base}/never`, { signal: late.signal });
}

it('a gateway that misses two requests one after the other is out of reach since the first of them, until it answers', async () => {
  const begun = Date.now();
  await expect(miss()).rejects.toThrow();
  expect(missing()).toEqual([]);
  const first = Date.now();
  await expect(miss()).rejects.toThrow();
  expect(missing()).toEqual(['gateway']);
  const { since } = outages.value[0]!;
  expect(Date.parse(since)).toBeGreaterThanOrEqual(begun - 1);
  expect(Date.parse(since)).toBeLessThanOrEqual(first);
  await look('http://127.0.0.1:1');
  expect(outages.value).toEqual([{ name: 'gateway', since }]);
  await noticingFetch(`${base}/200`);
  expect(missing()).toEqual([]);
});

it('requests that are lost together are one that was missed', async () => {
  const late = new AbortController();
  const lost = [1, 2, 3].map(() => noticingFetch(`${base}/never`, { signal: late.signal }));
  late.abort(new DOMException('late', 'TimeoutError'));
  await Promise.allSettled(lost);
  expect(missing()).toEqual([]);
  await noticingFetch(`${base}/200`);
  await look('http://127.0.0.1:1');
  expect(missing()).toEqual([]);
});

it('a gateway whose answers are late, but come, is not out of reach; nor does a late one overrule a later one', async () => {
  const seen: string[][] = [];
  const stop = outages.subscribe((now) => seen.push(now.map(({ name }) => name)));
  const asked = [Promise.withResolvers<() => void>(), Promise.withResolvers<() => void>()] as const;
  const unanswered = asked.values();
  Object.assign(ready, { held: (answer: () => void) => unanswered.next().value?.resolve(answer) });
  await look();
  const second = look();
  const answerSecond = await asked[1].promise;
  (await asked[0].promise)();
  await second;
  Object.assign(ready, { held: undefined, status: 503, body: { outages: [NATS] } });
  await look();
  Object.assign(ready, { status: 200, body: { ok: true } });
  answerSecond();
  await noticingFetch(`${base}/200`);
  expect(seen).toEqual([[], ['nats']]);
  stop();
});

it('a gateway that answers no look is out of reach after the second', async () => {
  Object.assign(ready, { held: () => undefined });
  await look();
  expect(missing()).toEqual([]);
  await look();
  expect(missing()).toEqual(['gateway']);
  Object.assign(ready, { held: undefined });
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

it('what the gateway cannot reach stays the cause while the gateway is only late', async () => {
  Object.assign(ready, { status: 503, body: { outages: [{ ...NATS, name: 'database' }] } });
  await look();
  await look('http://127.0.0.1:1');
  await look('http://127.0.0.1:1');
  expect(missing()).toEqual(['database']);
  expect(unread.value?.since).toBe(NATS.since);
  Object.assign(ready, { status: 200, body: { ok: true } });
  await look();
  expect(missing()).toEqual([]);
});

it('one missed request is enough where the browser has no network; with one again, it is the gateway', async () => {
  vi.stubGlobal('navigator', { onLine: false });
  await look('http://127.0.0.1:1');
  expect(missing()).toEqual(['network']);
  vi.unstubAllGlobals();
  await look('http://127.0.0.1:1');
  expect(missing()).toEqual(['gateway']);
  await look();
  expect(missing()).toEqual([]);
});

it('nothing can be read while all but NATS is away', async () => {
  Object.assign(ready, { status: 503, body: { outages: [NATS] } });
  await look();
  expect(unread.value).toBeUndefined();
  Object.assign(ready, { status: 200, body: { ok: true } });
  await look();
});

it('an answer that was on its way when the network went does not bring it back', async () => {
  const asked = Promise.withResolvers<() => void>();
  Object.assign(ready, { held: asked.resolve });
  const early = noticingFetch(`${base}/ready`);
  const answer = await asked.promise;
  vi.stubGlobal('navigator', { onLine: false });
  await look('http://127.0.0.1:1');
  vi.unstubAllGlobals();
  answer();
  await early;
  expect(missing()).toEqual(['network']);
  Object.assign(ready, { held: undefined });
  await look();
  expect(missing()).toEqual([]);
});
