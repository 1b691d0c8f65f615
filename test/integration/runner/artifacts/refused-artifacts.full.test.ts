/* An artifact that the store refuses for good is given up and logged, and keeps no other from being sent. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import type { Backoff } from '#shared/platform/async/backoff.ts';
import { GAUGES } from '#shared/platform/metrics/instruments.ts';
import { collectFigures } from '#shared/platform/metrics/provider.ts';
import { openSpool, type Spool, type SpoolOptions } from '../../../../services/runner/artifacts/spool.ts';
import { eventually, PATIENCE_MS } from '../../../support/eventually.ts';
import { afterFile } from '../../../support/file-hooks.ts';
import { readSeries, sumOf } from '../../../support/http/figures.ts';
import { startTestS3 } from '../../../support/servers/s3.ts';
import { type StoreAnswer, startStoreFront } from '../../../support/servers/store-front.ts';

const PICTURE = Buffer.alloc(10_000, 'a picture ');
const TOO_LARGE = { status: 413, code: 'EntityTooLarge' };
const FORBIDDEN = { status: 403, code: 'AccessDenied' };
const BROKEN = { status: 500, code: 'InternalError' };
const AWAY = 'artifacts wait on this disk for the object store';
const REFUSED = 'the object store refuses an artifact, which is tried again';
const GIVEN_UP = 'the object store goes on refusing an artifact, which is given up';
const LEAVES_WITHOUT =
  'the object store takes others, but not this artifact: the runner tries once more, then leaves without it';
const STAYS = 'artifacts stay on this disk, for the next runner to send';

const s3 = await startTestS3();
const front = await startStoreFront(s3.url);
afterFile(async () => front[Symbol.asyncDispose]());

/** A run of its own for each test: what the spool of the one before still sends is not seen. */
let ID: string;
let AT: string;
let home: string;
let store: Artifacts;
let spool: Spool;
let logged: string[];
beforeEach(async () => {
  ID = `019abcde-0000-7000-8000-${randomBytes(6).toString('hex')}`;
  AT = `of/ghostly/2025-11-25/${ID}`;
  front.refuse = () => undefined;
  home = await mkdtemp(join(tmpdir(), 'ghostly-test-refused-'));
  store = await openArtifacts(s3.config(home, front.url), { warn: () => undefined });
  logged = [];
});
afterEach(async () => {
  await spool[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

async function open(again: Backoff, more: Partial<SpoolOptions> = {}): Promise<void> {
  const own = logged;
  const tell = (_: object, line: string) => void own.push(line);
  const log = { info: tell, warn: tell } as SpoolOptions['log'];
  spool = await openSpool({ store, folder: join(home, 'spool'), mostBytes: 1_000_000, again, log, ...more });
}
const SOON = { firstMs: 20, maxMs: 100 };
const LATE = { firstMs: 600_000, maxMs: 600_000 };

/** The store refuses what is named so. */
function refuse(answer: StoreAnswer, names: RegExp): void {
  front.refuse = ({ method, url = '' }) => (method === 'PUT' && names.test(url) ? answer : undefined);
}
const timesAsked = (name: string) =>
  front.asked.filter((line) => line.startsWith('PUT') && line.includes(`${ID}/${name}?`)).length;
const spooled = async () =>
  (await readdir(join(home, 'spool'), { recursive: true })).filter((path) => /\.\w+$/.test(path));
const keys = async () => (await s3.keys()).filter((key) => key.startsWith(AT));
const arrived = (name: string) => eventually(async () => expect(await keys()).toContain(`${AT}/${name}`));

it.each([
  ['for its size', TOO_LARGE, 1],
  ['as if for its rights', FORBIDDEN, 1],
  ['with an error of its own', BROKEN, 3],
])('an artifact that the store refuses %s, for ever, keeps no other from it', async (_, answer, requests) => {
  await open(SOON);
  const failedAgain = async () => {
    const before = timesAsked('bad.png');
    const tried = () => logged.includes(GIVEN_UP) || timesAsked('bad.png') >= before + 2 * requests;
    await eventually(() => expect(tried()).toBe(true));
  };
  refuse(answer, /bad\.png\?/);
  await spool.put(ID, 'bad.png', PICTURE);
  await failedAgain();
  await spool.put(ID, 'good-1.png', PICTURE);
  await arrived('good-1.png');
  await failedAgain();
  const timesAway = () => logged.filter((line) => line === AWAY).length;
  const before = timesAway();
  for (const name of ['good-2.png', 'good-3.png']) {
    await spool.put(ID, name, PICTURE);
    await arrived(name);
    await failedAgain();
  }
  expect(timesAway()).toBe(before);
});

it('the next artifact finds out whether a store that did not take the last one is away, without a pause', async () => {
  await open(LATE);
  refuse(BROKEN, /bad\.png\?/);
  await spool.put(ID, 'bad.png', PICTURE);
  await eventually(() => expect(logged).toEqual([AWAY]));
  await spool.put(ID, 'good.png', PICTURE);
  await arrived('good.png');
});

it('an artifact that the store goes on refusing is given up, logged once, counted, and frees the disk', async () => {
  const figures = collectFigures('runner', '0');
  const given = async () => sumOf(readSeries(await figures.read()), 'ghostly_artifact_refused_total');
  expect(await given()).toBe(0);
  await open(SOON);
  refuse(TOO_LARGE, /bad\.png\?/);
  await spool.put(ID, 'bad.png', PICTURE);
  let others = 0;
  await eventually(async () => {
    await spool.put(ID, `good-${others++}.png`, PICTURE);
    expect(logged).toContain(GIVEN_UP);
  });
  await spool.flush(20_000);
  expect(await spooled()).toEqual([]);
  expect(logged).toEqual([REFUSED, GIVEN_UP]);
  expect(await given()).toBe(1);
  const note = await s3.object(`${AT}/bad.png.refused.txt`);
  expect(await note.text()).toBe('413 EntityTooLarge');
  const tries = timesAsked('bad.png');
  await spool.put(ID, 'last.png', PICTURE);
  await spool.flush(20_000);
  expect(timesAsked('bad.png')).toBe(tries);
});

it('what is refused for a reason that may pass is not given up while others are taken: it waits, is counted, and is sent', async () => {
  const figures = collectFigures('runner', '0');
  const refused = async () => sumOf(readSeries(await figures.read()), 'ghostly_artifact_refused_waiting');
  await open(SOON);
  GAUGES.artifactsWaiting(() => spool.refused);
  expect(await refused()).toBe(0);
  refuse(FORBIDDEN, /bad\.png\?/);
  await spool.put(ID, 'bad.png', PICTURE);
  let others = 0;
  const before = timesAsked('bad.png');
  await eventually(async () => {
    await spool.put(ID, `good-${others++}.png`, PICTURE);
    // More often than what is given up is asked for.
    expect(timesAsked('bad.png')).toBeGreaterThan(before + 12);
  });
  await arrived('good-0.png');
  expect(logged).not.toContain(GIVEN_UP);
  expect(await refused()).toBe(1);
  front.refuse = () => undefined;
  await arrived('bad.png');
  await eventually(async () => expect(await refused()).toBe(0));
});

it('it is given up, too, once nobody asks for it any more', async () => {
  await open(SOON, { keepMs: 0 });
  refuse(FORBIDDEN, /bad\.png\?/);
  await spool.put(ID, 'bad.png', PICTURE);
  let others = 0;
  await eventually(async () => {
    await spool.put(ID, `good-${others++}.png`, PICTURE);
    expect(logged).toContain(GIVEN_UP);
  });
  await arrived('bad.png.refused.txt');
});

it('an artifact of which it cannot be noted that it is given up stays', async () => {
  await open(SOON);
  refuse(TOO_LARGE, /bad\.png\?/);
  const folder = join(home, 'spool/2025-11-25', ID);
  await mkdir(join(folder, 'bad.png.refused.txt/in-the-way'), { recursive: true });
  await spool.put(ID, 'bad.png', PICTURE);
  let others = 0;
  await eventually(async () => {
    await spool.put(ID, `good-${others++}.png`, PICTURE);
    expect(logged).toContain('it could not be noted that an artifact is given up');
  });
  expect(await readdir(folder)).toContain('bad.png');
  expect(logged).not.toContain(GIVEN_UP);
});

it('a runner that leaves tries what is refused once more, and does not wait for it', async () => {
  await open(LATE);
  refuse(TOO_LARGE, /bad/);
  await spool.put(ID, 'bad.png', PICTURE);
  await eventually(() => expect(logged).toContain(REFUSED));
  await spool.put(ID, 'good.png', PICTURE);
  await spool.flush(600_000);
  expect(await keys()).toEqual([`${AT}/good.png`]);
  expect(await spooled()).toEqual([`2025-11-25/${ID}/bad.png`]);
  expect(logged.at(-1)).toBe(STAYS);
});

it.each([
  ['with an error of its own', BROKEN],
  ['as if for its rights', FORBIDDEN],
])(
  'the runner does not wait for an artifact that is answered %s, once a note in its place has shown that others get through',
  async (_, answer) => {
    await open(SOON);
    refuse(answer, /bad\.png\?/);
    await spool.put(ID, 'bad.png', PICTURE);
    await eventually(() => expect(logged).toEqual([AWAY]));
    await spool.flush(600_000);
    expect(await keys()).toEqual([`${AT}/bad.png.refused.txt`]);
    expect(await spooled()).toEqual([`2025-11-25/${ID}/bad.png`]);
    expect(logged.filter((line) => line === LEAVES_WITHOUT)).toHaveLength(1);
    expect(logged.at(-1)).toBe(STAYS);
  },
);

it('the runner waits for a store that answers everything with an error of its own', async () => {
  await open(SOON);
  refuse(BROKEN, /./);
  await spool.put(ID, 'one.png', PICTURE);
  let isOver = false;
  const flushed = spool.flush(600_000).finally(() => {
    isOver = true;
  });
  const noted = () => timesAsked('one.png.refused.txt');
  await eventually(() => expect(noted()).toBeGreaterThan(3), { timeoutMs: 2 * PATIENCE_MS });
  await spool.put(ID, 'other.png', PICTURE);
  expect(isOver).toBe(false);
  front.refuse = () => undefined;
  await flushed;
  expect(await keys()).toEqual(expect.arrayContaining([`${AT}/one.png`, `${AT}/other.png`]));
  expect(await spooled()).toEqual([]);
  expect(logged).not.toContain(STAYS);
});

it('a store that refuses everything, as with credentials that have expired, is waited for, and nothing is given up', async () => {
  await open(SOON);
  refuse(FORBIDDEN, /./);
  for (let n = 0; n < 6; n += 1) await spool.put(ID, `${n}.png`, PICTURE);
  await eventually(() => expect(timesAsked('0.png')).toBeGreaterThan(10));
  expect(logged).toEqual([AWAY]);
  const flushed = spool.flush(60_000);
  front.refuse = () => undefined;
  await flushed;
  expect(await keys()).toHaveLength(6);
  expect(logged).toEqual([AWAY, 'the object store takes artifacts again']);
});
