/* A bucket keeps, gives and removes artifacts where the local folder would; wrong settings are refused at once. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, it, vi } from 'vitest';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import { afterFile } from '../../../../support/file-hooks.ts';
import { startTestS3 } from '../../../../support/servers/s3.ts';

const DAY = '2025-11-25';
const [ID = '', OTHER = ''] = ['1', '2'].map((end) => `019abcde-0000-7000-8000-00000000000${end}`);
const MIB = 1_024 * 1_024;

const home = await mkdtemp(join(tmpdir(), 'ghostly-test-bucket-'));
afterFile(() => rm(home, { recursive: true, force: true }));
const s3 = await startTestS3();
const silent = { warn: () => undefined };
const artifacts = await openArtifacts(s3.config(home), silent);

async function read(runId: string, name: string, start = 0, end?: number): Promise<Buffer | undefined> {
  const artifact = await artifacts.open(runId, name);
  return artifact && buffer(artifact.read({ start, end: end ?? artifact.size - 1 }));
}

it('a bucket keeps artifacts from memory and from files, where the local folder would, with their types', async () => {
  const draft = join(home, 'draft.webm');
  await writeFile(draft, 'a video');
  expect(await artifacts.put(ID, '1-0.png', Buffer.from('a picture'))).toBe(`${ID}/1-0.png`);
  expect(await artifacts.put(ID, '1-video.webm', { file: draft })).toBe(`${ID}/1-video.webm`);
  expect(await artifacts.put('run', 'tree.txt', Buffer.from('a tree'))).toBe('run/tree.txt');
  await expect(stat(draft)).rejects.toThrow('ENOENT');
  const [picture, video, tree] = [`${DAY}/${ID}/1-0.png`, `${DAY}/${ID}/1-video.webm`, 'run/tree.txt'].map(
    (key) => `of/ghostly/${key}`,
  );
  expect(await s3.keys()).toEqual([picture, video, tree]);
  for (const [key, type, content] of [
    [picture, 'image/png', 'a picture'],
    [video, 'video/webm', 'a video'],
    [tree, 'text/plain; charset=utf-8', 'a tree'],
  ] as const) {
    const object = await s3.object(key!);
    expect([object.headers.get('content-type'), await object.text()]).toEqual([type, content]);
  }
});

it('a bucket keeps what is larger than a part in parts, whole', async () => {
  const file = join(home, 'long.webm');
  const content = Buffer.alloc(17 * MIB, 'abcdefghijklmnopqrstuvwxyz');
  await writeFile(file, content);
  await artifacts.put(OTHER, 'long.webm', { file });
  const object = await s3.object(`of/ghostly/${DAY}/${OTHER}/long.webm`, { method: 'HEAD' });
  expect(object.headers.get('etag')).toMatch(/-4"$/); // the number of its parts
  expect((await read(OTHER, 'long.webm'))?.equals(content)).toBe(true);
  expect(String(await read(OTHER, 'long.webm', 10 * MIB, 10 * MIB + 25))).toBe(
    content.subarray(10 * MIB, 10 * MIB + 26).toString(),
  );
});

it('a bucket gives an artifact in part or by a link, and says of one that is not there that it is not', async () => {
  await artifacts.put(ID, 'letters.txt', Buffer.from('abcdef'));
  expect(String(await read(ID, 'letters.txt', 2, 3))).toBe('cd');
  expect(await artifacts.open(ID, 'none.txt')).toBeUndefined();
  expect(await artifacts.open(OTHER, 'letters.txt')).toBeUndefined();
  const link = await (await artifacts.open(ID, 'letters.txt'))!.link!();
  expect(Object.fromEntries(new URL(link).searchParams)).toMatchObject({ 'X-Amz-Expires': '60' });
  expect(await (await fetch(link)).text()).toBe('abcdef');
});

it('a bucket is not read on by one who has left', async () => {
  await artifacts.put(ID, 'much.txt', Buffer.alloc(4 * MIB));
  const stream = (await artifacts.open(ID, 'much.txt'))!.read({ start: 0, end: 4 * MIB - 1 });
  for await (const _ of stream) break;
  expect(stream.destroyed).toBe(true);
});

it('a bucket leaves a file where it is if it could not be kept', async () => {
  const file = join(home, 'kept.webm');
  await writeFile(file, 'a video');
  await s3.refuseCredentials(true);
  try {
    await expect(artifacts.put(ID, 'kept.webm', { file })).rejects.toThrow(
      /object store .* InvalidAccessKeyId|exist/,
    );
  } finally {
    await s3.refuseCredentials(false);
  }
  expect(String(await readFile(file))).toBe('a video');
  await expect(artifacts.put(ID, 'none.webm', { file: join(home, 'none') })).rejects.toThrow('ENOENT');
});

it('a bucket removes those of a run, those of a day, and no others', async () => {
  await artifacts.removeDay(DAY);
  const put = (runId: string) => artifacts.put(runId, '1-0.png', Buffer.from('a picture'));
  const nextDay = '019ac204-0000-7000-8000-000000000001';
  for (const id of [ID, OTHER, nextDay, 'run', 'runner']) await put(id);
  await artifacts.remove(ID);
  await artifacts.remove(ID);
  await artifacts.remove('run');
  const next = '2025-11-26';
  expect(await s3.keys()).toEqual(
    [`${DAY}/${OTHER}/1-0.png`, `${next}/${nextDay}/1-0.png`, 'runner/1-0.png'].map(
      (key) => `of/ghostly/${key}`,
    ),
  );
  await artifacts.removeDay(DAY);
  expect((await s3.keys()).map((key) => key.slice('of/ghostly/'.length))).toEqual([
    `${next}/${nextDay}/1-0.png`,
    'runner/1-0.png',
  ]);
});

it('a configuration is refused at the start, in one line, with a bucket or credentials that the store does not know', async () => {
  const config = s3.config(home);
  const refused = (more: object = {}) =>
    openArtifacts({ ...config, ...more }, silent).then(
      () => 'opened',
      (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
    );
  expect(await refused({ GHOSTLY_ARTIFACTS: { bucket: 'none', prefix: '' } })).toBe(
    'config: GHOSTLY_ARTIFACTS: there is no bucket "none"',
  );
  await s3.refuseCredentials(true);
  try {
    expect(await refused()).toBe('config: GHOSTLY_ARTIFACTS: the store does not know the access key');
  } finally {
    await s3.refuseCredentials(false);
  }
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  try {
    expect(await refused()).toMatch(/^config: GHOSTLY_ARTIFACTS: no credentials for the store were found/);
  } finally {
    vi.unstubAllEnvs();
  }
  vi.stubEnv('AWS_REGION', undefined);
  try {
    expect(await refused({ GHOSTLY_S3_ENDPOINT: undefined })).toBe(
      'config: GHOSTLY_ARTIFACTS: the store needs a region: set GHOSTLY_S3_REGION or AWS_REGION',
    );
  } finally {
    vi.unstubAllEnvs();
  }
  expect(await refused()).toBe('opened');
});
