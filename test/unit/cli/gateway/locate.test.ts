/* A command finds the gateway and the key of the local stack, and says what to do where there is no key. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { locateGateway, locateUrl } from '../../../../services/cli/gateway/locate.ts';
import { writeUpFile } from '../../../../services/cli/up/home/up-file.ts';

const UP = {
  gateway: 'http://127.0.0.1:4000',
  nats: 'nats://r:p@127.0.0.1:1',
  database: 'postgres://g:p@127.0.0.1:2/ghostly',
  apiKey: 'gly_of_the_stack',
  pids: { gateway: [1], runner: [2], supervisor: [3], nats: 4, postgres: 5 },
};
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghostly-test-locate-'));
});
afterEach(() => rm(home, { recursive: true }));

const locate = (env: Record<string, string> = {}) => locateGateway({ GHOSTLY_HOME: home, ...env }, '/');

test('a local stack is found with its own key, unless another is given', async () => {
  await writeUpFile(join(home, 'up.json'), UP);
  expect(await locate()).toEqual({ url: UP.gateway, apiKey: UP.apiKey });
  expect(await locate({ GHOSTLY_API_KEY: 'gly_mine' })).toEqual({ url: UP.gateway, apiKey: 'gly_mine' });
});

test('an empty key counts as none: one line says what to do', async () => {
  await writeUpFile(join(home, 'up.json'), { ...UP, apiKey: '' });
  await expect(locate()).rejects.toMatchObject({
    code: 'no_key',
    message: expect.stringMatching(/^the stack here .* has no API key: set GHOSTLY_API_KEY, or .*$/),
  });
  expect(await locate({ GHOSTLY_API_KEY: 'gly_mine' })).toEqual({ url: UP.gateway, apiKey: 'gly_mine' });
});

test('the URL alone needs no key, of a stack or of a gateway that is named', async () => {
  await writeUpFile(join(home, 'up.json'), { ...UP, apiKey: '' });
  expect(await locateUrl({ GHOSTLY_HOME: home }, '/')).toBe(UP.gateway);
  expect(await locateUrl({ GHOSTLY_URL: 'http://127.0.0.1:1/' }, '/')).toBe('http://127.0.0.1:1');
});
