/* A store that fails, is slow or breaks off loses no artifact, and shows no half of one. */
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { StoreUnavailableError } from '#shared/adapters/artifacts/artifacts.ts';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import { afterFile } from '../../../../support/file-hooks.ts';
import { startFaultProxy } from '../../../../support/servers/fault-proxy/fault-proxy.ts';
import { startTestS3 } from '../../../../support/servers/s3.ts';

const home = await mkdtemp(join(tmpdir(), 'ghostly-test-bucket-'));
afterFile(() => rm(home, { recursive: true, force: true }));
const s3 = await startTestS3();
const network = await startFaultProxy(s3.url);
afterFile(async () => network[Symbol.asyncDispose]());
const warned: string[] = [];
const log = { warn: (_: object, line: string) => void warned.push(line) } as Parameters<
  typeof openArtifacts
>[1];
const artifacts = await openArtifacts(s3.config(home, network.url), log);
const file = join(home, 'video.webm');
beforeEach(() => writeFile(file, Buffer.alloc(9 * 1_024 * 1_024, 'a frame ')));

it('a store that fails with 500 again and again is unavailable, one that fails once is tried again', async () => {
  let failures = 0;
  const failing = createServer((request, response) => {
    request.resume();
    failures -= 1;
    response.writeHead(failures >= 0 ? 500 : 200).end();
  });
  failing.listen(0, '127.0.0.1');
  await once(failing, 'listening');
  afterFile(async () => failing.close());
  const { port } = failing.address() as AddressInfo;
  const failed = await openArtifacts(s3.config(home, `http://127.0.0.1:${port}`), log);
  failures = 1;
  expect(await failed.put('run', '1-0.png', Buffer.from('a picture'))).toBe('run/1-0.png');
  failures = 1_000;
  await expect(failed.put('run', '1-0.png', Buffer.from('a picture'))).rejects.toThrow(StoreUnavailableError);
  await expect(failed.open('run', '1-0.png')).rejects.toThrow(StoreUnavailableError);
  await expect(failed.remove('run')).rejects.toThrow(StoreUnavailableError);
});

it('a store that is out of reach when a process starts is logged, and used when it is back', async () => {
  network.sever();
  const late = await openArtifacts(s3.config(home, network.url), log);
  expect(warned).toContain('the object store of the artifacts does not answer');
  await expect(late.put('run', 'late.png', Buffer.from('late'))).rejects.toThrow(StoreUnavailableError);
  network.heal();
  expect(await late.put('run', 'late.png', Buffer.from('late'))).toBe('run/late.png');
});

it('an upload that is cut in the middle leaves nothing to be seen, and the file stays', async () => {
  // One is cut, and so are the tries that follow.
  const traps = Array.from({ length: 20 }, () =>
    network.trap({ match: /partNumber=2[\s\S]*a frame a frame/, when: 'after' }),
  );
  await expect(artifacts.put('run', 'cut.webm', { file })).rejects.toThrow(StoreUnavailableError);
  await traps[0]!.sprung;
  for (const { disarm } of traps) disarm();
  expect(await artifacts.open('run', 'cut.webm')).toBeUndefined();
  expect((await stat(file)).size).toBe(9 * 1_024 * 1_024);
  await artifacts.put('run', 'cut.webm', { file });
  const kept = await artifacts.open('run', 'cut.webm');
  expect(kept?.size).toBe(9 * 1_024 * 1_024);
  await kept?.close();
});

it('a slow store takes its time, and keeps all', async () => {
  network.delay(100);
  network.throttle(2 * 1_024 * 1_024);
  try {
    await artifacts.put('run', 'slow.png', Buffer.alloc(1_024 * 1_024));
  } finally {
    network.heal();
  }
  const kept = await artifacts.open('run', 'slow.png');
  expect(kept?.size).toBe(1_024 * 1_024);
  await kept?.close();
});
