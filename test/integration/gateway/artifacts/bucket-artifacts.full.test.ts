/* I11: artifacts of a bucket are given to those who see the run; what is late, lost or out of reach is said. */
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import { afterFile } from '../../../support/file-hooks.ts';
import { startFaultProxy } from '../../../support/servers/fault-proxy/fault-proxy.ts';
import { startTestS3 } from '../../../support/servers/s3.ts';
import { startStoreFront } from '../../../support/servers/store-front.ts';
import { call, createPerson, expectContract, startRun, type TestGateway, useGateway } from '../fixture.ts';
import { tellVideo } from './tell-video.ts';

const VIDEO = 'abcdefghijklmnopqrstuvwxyz'.repeat(10_000);

const s3 = await startTestS3();
const network = await startFaultProxy(s3.url);
const front = await startStoreFront(network.url);
afterFile(async () => front[Symbol.asyncDispose]());
const artifacts = await openArtifacts(s3.config(tmpdir(), front.url), { warn: () => undefined });
const streaming = await useGateway({ artifacts });
const linking = await useGateway({
  databaseUrl: streaming.databaseUrl,
  artifacts,
  config: { GHOSTLY_ARTIFACT_LINKS: true },
});
const ann = await createPerson(streaming);
const stranger = await createPerson(streaming);
const id = await startRun(streaming, ann);
await artifacts.put(id, 'video.webm', Buffer.from(VIDEO));
await artifacts.put(id, 'empty.webm', Buffer.from(''));
await artifacts.put(id, '1-0.html', Buffer.from('<script>'));

const get = (
  gateway: TestGateway,
  { file = 'video.webm', method = 'GET', as = ann, headers = {} as Record<string, string> } = {},
) => call(gateway, method, `/artifacts/${id}/${file}`, { as, headers });

it('streams from the object store, whole and in part, with the types and policies of the folder', async () => {
  const whole = await get(streaming);
  expect(whole).toMatchObject({ status: 200, body: VIDEO });
  expect(Object.fromEntries(whole.headers)).toMatchObject({
    'content-type': 'video/webm',
    'content-length': '260000',
    'accept-ranges': 'bytes',
    'content-security-policy': "default-src 'none'; sandbox",
  });
  const part = await get(streaming, { headers: { range: 'bytes=130000-130025' } });
  expect(part).toMatchObject({ status: 206, body: 'abcdefghijklmnopqrstuvwxyz' });
  expect(part.headers.get('content-range')).toBe('bytes 130000-130025/260000');
  expect(await get(streaming, { headers: { range: 'bytes=260000-' } })).toMatchObject({ status: 416 });
  expect(await get(streaming, { file: 'empty.webm' })).toMatchObject({ status: 200, body: '' });
  const page = await get(streaming, { file: '1-0.html' });
  expect(page.headers.get('content-type')).toBe('application/octet-stream');
  expect(await get(streaming, { file: 'none.webm' })).toMatchObject({ status: 404 });
});

/** The gateway's own answer, without following it. */
const sentAway = (file = 'video.webm', token = ann.token) =>
  fetch(`${linking.url}/artifacts/${id}/${file}`, {
    redirect: 'manual',
    headers: { authorization: `Bearer ${token}` },
  });

it('the gateway answers with a link that is good for a minute, if it is to', async () => {
  const away = await sentAway();
  expect(away.status).toBe(302);
  expect(away.headers.get('cache-control')).toBe('no-store');
  const link = new URL(away.headers.get('location')!);
  expect(link.searchParams.get('X-Amz-Expires')).toBe('60');
  const got = await fetch(link, { headers: { range: 'bytes=0-25' } });
  expect([got.status, got.headers.get('content-type'), await got.text()]).toEqual([
    206,
    'video/webm',
    'abcdefghijklmnopqrstuvwxyz',
  ]);
  const page = await fetch((await sentAway('1-0.html')).headers.get('location')!);
  expect(page.headers.get('content-type')).toBe('application/octet-stream');
});

it('I11: the gateway makes no link for one who may not see the run, nor for what is not there', async () => {
  expect((await sentAway('video.webm', stranger.token)).status).toBe(404);
  expect((await sentAway('none.webm')).status).toBe(404);
});

it('the gateway gives the bytes to one who asks for no link, and the headers alone', async () => {
  const { status: whole } = await sentAway('video.webm?link=no');
  expect(whole).toBe(200);
  const { status, headers } = await get(linking, { method: 'HEAD' });
  expect([status, headers.get('content-length')]).toEqual([200, '260000']);
});

it('the gateway says that the store is out of reach, and serves again when it is back', async () => {
  network.sever();
  try {
    const answer = await get(streaming);
    expectContract('readArtifact', answer);
    expect(answer).toMatchObject({
      status: 503,
      body: { ok: false, error: 'the artifact store is out of reach, try again' },
    });
    expect(answer.headers.get('retry-after')).toBe('5');
  } finally {
    network.heal();
  }
  expect(await get(streaming)).toMatchObject({ status: 200, body: VIDEO });
});

it('the gateway says of what a run has kept, and its runner not sent yet, that it is to come; for a day', async () => {
  const { sql } = streaming;
  const kept = `${id}/1-7.png`;
  await sql.rows(
    `insert into steps (run_id, index, epoch, action, ok, screenshot_path, at) values ($1, 7, 1, 'snapshot', true, $2, clock_timestamp())`,
    [id, kept],
  );
  const pending = await get(streaming, { file: '1-7.png' });
  expectContract('readArtifact', pending);
  expect(pending).toMatchObject({
    status: 503,
    body: { ok: false, error: 'the artifact is not in the store yet, try again' },
  });
  expect(pending.headers.get('retry-after')).toBe('5');
  expect((await sentAway('1-7.png')).status).toBe(503);
  expect((await sentAway('1-7.png', stranger.token)).status).toBe(404);
  expect(await get(streaming, { file: '1-8.png' })).toMatchObject({ status: 404 });
  await artifacts.put(id, '1-7.png', Buffer.from('a picture'));
  expect(await get(streaming, { file: '1-7.png' })).toMatchObject({ status: 200, body: 'a picture' });

  const ended = await startRun(streaming, ann);
  const endedAgo = (interval: string) => tellVideo(sql, ended, interval);
  const statusOfVideo = async () =>
    (await call(streaming, 'GET', `/artifacts/${ended}/late.webm`, { as: ann })).status;
  await endedAgo('23 hours');
  expect(await statusOfVideo()).toBe(503);
  await endedAgo('25 hours');
  expect(await statusOfVideo()).toBe(404);
  await artifacts.put(ended, 'late.webm.refused.txt', Buffer.from('413 EntityTooLarge'));
  expect(await statusOfVideo()).toBe(410);
});

it('the gateway says of what the store refuses for good that it is lost, and what the store answered', async () => {
  await streaming.sql.rows(
    `insert into steps (run_id, index, epoch, action, ok, screenshot_path, at) values ($1, 9, 1, 'snapshot', true, $2, clock_timestamp())`,
    [id, `${id}/1-9.png`],
  );
  await get(streaming, { file: '1-9.png' });
  const looks = (ending: RegExp) =>
    front.asked.filter((line) => /^HEAD/.test(line) && ending.test(line)).length;
  // It may be on its way; a note that is comes with the next request.
  expect([looks(/1-9\.png$/), looks(/1-9\.png\.refused\.txt$/)]).toEqual([2, 1]);
  await artifacts.put(id, '1-9.png.refused.txt', Buffer.from('413 EntityTooLarge'));
  const lost = await get(streaming, { file: '1-9.png' });
  expectContract('readArtifact', lost);
  expect(lost).toMatchObject({
    status: 410,
    body: { ok: false, error: 'the artifact is lost: the object store refused it' },
  });
  expect((await sentAway('1-9.png', stranger.token)).status).toBe(404);
  expect(await get(streaming, { file: '1-9.png.refused.txt' })).toMatchObject({ body: '413 EntityTooLarge' });
});

it('the gateway does not give a part for the whole when the store is cut off in the middle', async () => {
  const { sprung } = network.trap({ match: /nopqrstuvwxyz/, direction: 'toClient', when: 'after', skip: 50 });
  await expect(get(streaming)).rejects.toThrow();
  await sprung;
  expect(await get(streaming)).toMatchObject({ status: 200, body: VIDEO });
});
