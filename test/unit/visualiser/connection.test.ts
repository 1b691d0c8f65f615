import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { noticingFetch, reachable } from '../../../services/visualiser/app/state/connection.ts';

/** Answers with the status that is asked for, and to `/never` not at all. */
const server = createServer(({ url }, response) => {
  if (url === '/never') return;
  response.writeHead(Number(url?.slice(1))).end();
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
  reachable.value = true;
});

it.each([
  [200, true],
  [404, true],
  [500, true],
  [502, false],
  [503, false],
])('an answer with %i says of the gateway that it is there: %s', async (status, isThere) => {
  await noticingFetch(`${base}/${status}`);
  expect(reachable.value).toBe(isThere);
});

it('a gateway that does not answer in time is not there', async () => {
  const signal = AbortSignal.any([new AbortController().signal, AbortSignal.timeout(20)]);
  await expect(noticingFetch(`${base}/never`, { signal })).rejects.toThrow();
  expect(reachable.value).toBe(false);
});

it('a request that nobody wants any more says nothing of it', async () => {
  const leaving = new AbortController();
  const answer = noticingFetch(`${base}/never`, { signal: leaving.signal });
  leaving.abort();
  await expect(answer).rejects.toThrow();
  expect(reachable.value).toBe(true);
});
