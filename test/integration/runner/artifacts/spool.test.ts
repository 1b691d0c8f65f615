/* The spool keeps artifacts over an outage of the store and the end of its runner, within its size. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Artifacts, NoRoomError, StoreUnavailableError } from '#shared/adapters/artifacts/artifacts.ts';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import { artifactsInFolder } from '#shared/adapters/artifacts/local-folder.ts';
import { openSpool, type Spool, type SpoolOptions } from '../../../../services/runner/artifacts/spool.ts';
import { eventually, PATIENCE_MS } from '../../../support/eventually.ts';
import { afterFile } from '../../../support/file-hooks.ts';
import { startFaultProxy } from '../../../support/servers/fault-proxy/fault-proxy.ts';
import { startTestS3 } from '../../../support/servers/s3.ts';
import { extendedOnly } from '../../../support/share.ts';

const PICTURE = Buffer.alloc(10_000, 'a picture ');
const ID = '019abcde-0000-7000-8000-000000000001';
const AT = `of/ghostly/2025-11-25/${ID}`;

const s3 = await startTestS3();
const network = await startFaultProxy(s3.url);
afterFile(async () => network[Symbol.asyncDispose]());

let home: string;
let store: Artifacts;
let spools: Spool[];
let logged: string[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghostly-test-spool-'));
  store = await openArtifacts(s3.config(home, network.url), { warn: () => undefined });
  await store.removeDay('2025-11-25');
  spools = [];
  logged = [];
});
afterEach(async () => {
  network.heal();
  for (const spool of spools) await spool.flush(5_000);
  for (const spool of spools) await spool[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

async function open(options: Partial<SpoolOptions> = {}): Promise<Spool> {
  const tell = (_: object, line: string) => void logged.push(line);
  const log = { info: tell, warn: tell } as SpoolOptions['log'];
  const spool = await openSpool({
    store,
    folder: join(home, 'spool'),
    mostBytes: 1_000_000,
    log,
    ...options,
  });
  spools.push(spool);
  return spool;
}

const spooled = () => readdir(join(home, 'spool'), { recursive: true });
const names = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `1-${from + n}.png`);

it('the spool keeps while the store does not answer, for gateways of this machine too, and sends when it does', async () => {
  const spool = await open();
  const draft = join(home, 'draft.webm');
  await writeFile(draft, 'a video');
  network.hold();
  for (const name of names(6)) expect(await spool.put(ID, name, PICTURE)).toBe(`${ID}/${name}`);
  await spool.put(ID, '1-video.webm', { file: draft });
  const waiting = await store.open(ID, '1-video.webm');
  expect(String(await buffer(waiting!.read({ start: 0, end: waiting!.size - 1 })))).toBe('a video');
  expect(await s3.keys()).toEqual([]);
  network.heal();
  const all = [...names(6), '1-video.webm'].map((name) => `${AT}/${name}`);
  await eventually(async () => expect(await s3.keys()).toEqual(all));
  await eventually(async () => expect(await spooled()).toEqual([]));
  expect((await store.open(ID, '1-5.png'))?.size).toBe(PICTURE.length);
});

it('the spool loses nothing of an outage, nor of the end of its runner in it: the next one sends what is there', async () => {
  const first = await open();
  network.sever();
  for (const name of names(20)) await first.put(ID, name, PICTURE);
  await eventually(() => expect(logged).toEqual(['artifacts wait on this disk for the object store']));
  await first[Symbol.asyncDispose]();
  const second = await open({ leftMs: 100 });
  await second.put(ID, '2-0.png', PICTURE);
  await eventually(() => expect(logged).toHaveLength(2));
  network.heal();
  await eventually(async () => expect(await s3.keys()).toHaveLength(21));
  await eventually(async () => expect(await spooled()).toEqual([]));
  await eventually(() => expect(logged.at(-1)).toBe('the object store takes artifacts again'));
});

extendedOnly(() => {
  it('says that the store takes artifacts again when it does, not when it was not asked', async () => {
    await artifactsInFolder(join(home, 'spool')).put(ID, '1-0.png', PICTURE); // by a runner that is gone
    let refused = false;
    const refusing: SpoolOptions['store'] = {
      ...store,
      async put(...artifact) {
        if (!refused) {
          refused = true;
          throw new StoreUnavailableError('not yet');
        }
        const path = await store.put(...artifact);
        logged.push('taken');
        return path;
      },
    };
    // What it has taken over counts as taken for so long, for itself too.
    await open({ store: refusing, leftMs: 1_000 });
    await eventually(() => expect(logged).toHaveLength(3));
    expect(logged).toEqual([
      'artifacts wait on this disk for the object store',
      'taken',
      'the object store takes artifacts again',
    ]);
  });
});

it('the spool takes no more than it may, says so, and takes more when there is room', async () => {
  const spool = await open({ mostBytes: 25_000 });
  network.sever();
  for (const name of names(2)) await spool.put(ID, name, PICTURE);
  await expect(spool.put(ID, '1-2.png', PICTURE)).rejects.toThrow(NoRoomError);
  await expect(spool.put(ID, '1-2.png', PICTURE)).rejects.toThrow('too much waits for the object store');
  network.heal();
  await spool.flush(PATIENCE_MS);
  await spool.put(ID, '1-2.png', PICTURE);
  await spool.flush(PATIENCE_MS);
  expect(await s3.keys()).toEqual(names(3).map((name) => `${AT}/${name}`));
});

extendedOnly(() => {
  it('counts what a runner before it has left', async () => {
    network.sever();
    const first = await open();
    for (const name of names(2)) await first.put(ID, name, PICTURE);
    await first[Symbol.asyncDispose]();
    const second = await open({ mostBytes: 25_000 });
    await expect(second.put(ID, '1-2.png', PICTURE)).rejects.toThrow(NoRoomError);
  });

  it('a runner that leaves waits for a store that is away, as long as the setting says, and sends when that is back', async () => {
    const spool = await open();
    network.sever();
    for (const name of names(3)) await spool.put(ID, name, PICTURE);
    await eventually(() => expect(logged).toHaveLength(1));
    const flushed = spool.flush(60_000).then(() => s3.keys());
    const still = spool.flush(1_500).then(() => s3.keys());
    expect(await still).toEqual([]);
    network.heal();
    expect(await flushed).toHaveLength(3);
  });
});

it('a runner that leaves sends what it can, and does not wait for a store that hangs', async () => {
  const spool = await open();
  network.hold();
  await spool.put(ID, '1-0.png', PICTURE);
  await spool.flush(300);
  await spool[Symbol.asyncDispose]();
  // The try that is under way has not failed yet, which would have been said first.
  expect(logged).toEqual(['artifacts stay on this disk, for the next runner to send']);
  expect(await spooled()).toContain(`2025-11-25/${ID}/1-0.png`);
});

it('what is discarded is nowhere, whether it waits, is being sent or has arrived', async () => {
  const spool = await open();
  await spool.put(ID, '1-sent.png', PICTURE);
  await eventually(async () => expect(await s3.keys()).toEqual([`${AT}/1-sent.png`]));
  network.hold();
  for (const name of [...names(6), '1-stays.png']) await spool.put(ID, name, PICTURE);
  expect((await artifactsInFolder(join(home, 'spool')).list(ID)).length).toBe(7);
  const discarding = spool.discard(ID, ['1-sent.png', ...names(6)]);
  network.heal();
  await discarding;
  await eventually(async () => expect(await spooled()).toEqual([]));
  await eventually(async () => expect(await store.list(ID)).toEqual(['1-stays.png']));
});
