/* I13: readers of artifacts that take their time keep nobody out; a store that falls silent ends the read. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Artifact, StoreUnavailableError } from '#shared/adapters/artifacts/artifacts.ts';
import { openBucket } from '#shared/adapters/artifacts/s3/open-bucket.ts';
import { afterFile } from '../../../../support/file-hooks.ts';
import { startFaultProxy } from '../../../../support/servers/fault-proxy/fault-proxy.ts';
import { startTestS3 } from '../../../../support/servers/s3.ts';

const SIZE = 12 * 1_024 * 1_024;
const SILENT_MS = 2_000;

const home = await mkdtemp(join(tmpdir(), 'ghostly-test-readers-'));
afterFile(() => rm(home, { recursive: true, force: true }));
const s3 = await startTestS3();
const network = await startFaultProxy(s3.url);
afterFile(async () => network[Symbol.asyncDispose]());
const artifacts = await openBucket(
  {
    bucket: 'runs',
    prefix: 'of/ghostly/',
    region: undefined,
    pathStyle: undefined,
    endpoint: network.url,
    silentMs: SILENT_MS,
  },
  { warn: () => undefined },
);
const file = join(home, 'video.webm');
await writeFile(file, Buffer.alloc(SIZE, 'a frame '));
await artifacts.put('run', 'video.webm', { file });

const open = async () => (await artifacts.open('run', 'video.webm')) as Artifact;
/** A reader that has the first bytes, and wants no more yet. */
async function begun() {
  const stream = (await open()).read({ start: 0, end: SIZE - 1 });
  const chunks = stream[Symbol.asyncIterator]();
  const first = (await chunks.next()) as IteratorYieldResult<Buffer>;
  const rest = async () => {
    let bytes = first.value.length;
    for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) bytes += (chunk as Buffer).length;
    return bytes;
  };
  return { stream, rest };
}

it('I13: readers that take their time keep nobody out', async () => {
  const readers = [];
  for (let n = 0; n < 60; n += 1) readers.push(await begun());
  expect((await open()).size).toBe(SIZE);
  for (const { stream } of readers) stream.destroy();
});

it('a reader that waits has all of it afterwards, but a store that falls silent ends it', async () => {
  const [patient, cut] = [await begun(), await begun()];
  await delay(1.5 * SILENT_MS);
  expect(await patient.rest()).toBe(SIZE);
  network.hold();
  await expect(cut.rest()).rejects.toThrow(StoreUnavailableError);
  network.heal();
});
