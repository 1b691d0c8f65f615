import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  exchangeToken,
  fetchWith,
  forgetTokens,
} from '../../../services/visualiser/app/state/token-exchange.ts';

/** Lets in whoever comes with the token of the hour. */
let valid: string;
let tries: (string | undefined)[];
const server = createServer(({ headers: { authorization } }, response) => {
  tries.push(authorization);
  response.writeHead(authorization === `Bearer ${valid}` ? 200 : 401).end();
});
let base: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  forgetTokens();
  valid = 'first';
  tries = [];
});

const ask = async (token: string) =>
  (await fetchWith(token)(base, { headers: { Authorization: `Bearer ${token}` } })).status;
const exchange = (from: string, to: string) =>
  exchangeToken(from, async () => {
    valid = to;
    return to;
  });

it('a request with a token that was exchanged goes out again with the newest one', async () => {
  await exchange('first', 'second');
  await exchange('second', 'third');
  expect(await ask('first')).toBe(200);
  expect(tries).toEqual(['Bearer first', 'Bearer third']);
});

it('a request that is refused during the exchange waits for its outcome', async () => {
  const gate = Promise.withResolvers<string>();
  const changing = exchangeToken('first', () => gate.promise);
  valid = 'second';
  const answer = ask('first');
  gate.resolve('second');
  expect(await answer).toBe(200);
  expect(await changing).toBe('second');
});

it('a change that fails exchanges nothing', async () => {
  const refused = new Error('the current password is wrong');
  await expect(exchangeToken('first', () => Promise.reject(refused))).rejects.toBe(refused);
  valid = 'of somebody else';
  expect(await ask('first')).toBe(401);
  expect(tries).toHaveLength(1);
});

it('I11: a request of who has signed out never goes out with a token of who signed in', async () => {
  await exchange('first', 'second');
  forgetTokens();
  expect(await ask('first')).toBe(401);
  expect(tries).toEqual(['Bearer first']);
});
