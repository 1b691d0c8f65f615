/* I11: an artifact is served as its type, and no path leads to a file outside of its run. */
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, createPerson, startRun, useGateway } from '../fixture.ts';
import { tellVideo } from './tell-video.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
const [id, other] = [await startRun(gateway, ann), await startRun(gateway, ann)];
const folder = await gateway.artifactFolder(id);
const ofDay = dirname(folder);
await mkdir(join(folder, 'folder.png'));
await writeFile(join(ofDay, 'outside.png'), 'outside');
for (const name of ['1-0.png', 'video.webm', '1-0.html', 'tree.yml', 'plain'])
  await writeFile(join(folder, name), name);
await symlink('../outside.png', join(folder, 'link.png'));
await symlink('1-0.png', join(folder, 'inner.png'));
await symlink(folder, join(ofDay, other));

const get = (path: string, method = 'GET') => call(gateway, method, `/artifacts/${path}`, { as: ann });

describe('artifacts', () => {
  it.each([
    ['1-0.png', 'image/png'],
    ['video.webm', 'video/webm'],
    ['tree.yml', 'text/plain; charset=utf-8'],
    ['1-0.html', 'application/octet-stream'],
    ['plain', 'application/octet-stream'],
  ])('%s is served as %s', async (file, type) => {
    const { status, body, headers } = await get(`${id}/${file}`);
    expect({ status, body }).toEqual({ status: 200, body: file });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': type,
      'content-length': String(file.length),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      // Or it would be left for the next user of the browser.
      'cache-control': 'no-store',
    });
  });

  it('are asked for by their headers alone', async () => {
    const { status, body, headers } = await get(`${id}/1-0.png`, 'HEAD');
    expect({ status, body, length: headers.get('content-length') }).toEqual({
      status: 200,
      body: '',
      length: '7',
    });
  });

  it.each([
    ['missing', () => `${id}/missing.png`],
    ['a folder', () => `${id}/folder.png`],
    ['a link out of the folder', () => `${id}/link.png`],
    ['a link', () => `${id}/inner.png`],
    ['in a linked folder', () => `${other}/1-0.png`],
    ['above, encoded', () => `${id}/..%2Foutside.png`],
    ['above, twice encoded', () => `${id}/..%252Foutside.png`],
    ['above, with a backslash', () => `${id}/..%5Coutside.png`],
    ['hidden', () => `${id}/.hidden`],
    ['cut by NUL', () => `${id}/1-0.png%00.png`],
    ['absolute', () => `${id}/%2Fetc%2Fpasswd`],
  ])('I11: %s is not found', async (_, path) => {
    expect(await get(path())).toMatchObject({ status: 404, body: { ok: false, error: 'not found' } });
  });

  it('I11: a path is not tidied up on its way', async () => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    request(
      `${gateway.url}`,
      { path: `/artifacts/${id}/../outside.png`, headers: { authorization: `Bearer ${ann.token}` } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    )
      .on('error', reject)
      .end();
    expect(await promise).toBe(404);
  });
});

it('a video that is still written when its run ends is to come, for some seconds', async () => {
  const late = await startRun(gateway, ann);
  const endedAgo = (interval: string) => tellVideo(gateway.sql, late, interval);
  const read = () => get(`${late}/late.webm`);
  await endedAgo('2 seconds');
  expect(await read()).toMatchObject({ status: 503, body: { ok: false } });
  expect(await get(`${late}/other.webm`)).toMatchObject({ status: 404 });
  const file = join(await gateway.artifactFolder(late), 'late.webm');
  await writeFile(file, 'late');
  expect(await read()).toMatchObject({ status: 200, body: 'late' });
  await rm(file);
  await endedAgo('16 seconds');
  expect(await read()).toMatchObject({ status: 404 });
});
