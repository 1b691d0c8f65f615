/* I11: a part of an artifact is given as it was asked for, and nothing to one who may not see its run. */
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, createPerson, expectContract, startRun, useGateway } from '../fixture.ts';

const VIDEO = Buffer.from(Array.from({ length: 70_000 }, (_, n) => 97 + (n % 26))).toString();

const gateway = await useGateway({ config: { GHOSTLY_CORS_ORIGINS: ['https://app.test'] } });
const ann = await createPerson(gateway);
const id = await startRun(gateway, ann);
const folder = await gateway.artifactFolder(id);
await writeFile(join(folder, 'video.webm'), VIDEO);
await writeFile(join(folder, 'empty.webm'), '');

const get = (headers: Record<string, string>, { method = 'GET', file = 'video.webm' } = {}) =>
  call(gateway, method, `/artifacts/${id}/${file}`, { as: ann, headers });
const WHOLE = { status: 200, body: VIDEO };

describe('a part of an artifact', () => {
  it.each<[string, number, number]>([
    ['bytes=0-', 0, 69_999],
    ['bytes=0-0', 0, 0],
    ['bytes=66000-66025', 66_000, 66_025],
    ['bytes=69999-', 69_999, 69_999],
    ['bytes=-26', 69_974, 69_999],
    ['bytes=100-999999', 100, 69_999],
  ])('%s is bytes %i to %i', async (range, start, end) => {
    const { status, body, headers } = await get({ range });
    expect({ status, body }).toEqual({ status: 206, body: VIDEO.slice(start, end + 1) });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-range': `bytes ${start}-${end}/70000`,
      'content-length': String(end - start + 1),
      'content-type': 'video/webm',
      'accept-ranges': 'bytes',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
  });

  it.each(['bytes=70000-', 'bytes=70000-70001', 'bytes=-0'])('%s is not there', async (range) => {
    const answer = await get({ range });
    expectContract('readArtifact', answer);
    expect(answer).toMatchObject({ status: 416, body: { ok: false, error: 'range not satisfiable' } });
    expect(answer.headers.get('content-range')).toBe('bytes */70000');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('is refused in the language of the caller', async () => {
    const { body } = await get({ range: 'bytes=70000-', 'accept-language': 'es' });
    expect(body).toEqual({ ok: false, error: 'rango no satisfacible' });
  });

  it.each(['bytes=0-1,3-4', 'bytes=5-2', 'bytes=a-b', 'lines=1-2', 'bytes', 'bytes=__proto__', '0-5'])(
    '%s is all of it',
    async (range) => {
      const answer = await get({ range });
      expect(answer).toMatchObject(WHOLE);
      expect(answer.headers.has('content-range')).toBe(false);
    },
  );

  it('is all of it for one who has another version, since no version has a name', async () => {
    expect(await get({ range: 'bytes=0-5', 'if-range': '"abc"' })).toMatchObject(WHOLE);
  });

  it('is not for those who ask for the headers alone', async () => {
    const { status, headers } = await get({ range: 'bytes=0-5' }, { method: 'HEAD' });
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-length': '70000',
      'accept-ranges': 'bytes',
    });
    expect((await get({ range: 'bytes=70000-' }, { method: 'HEAD' })).status).toBe(200);
  });

  it('is nothing of an empty file', async () => {
    const file = 'empty.webm';
    expect((await get({ range: 'bytes=0-' }, { file })).status).toBe(416);
    const whole = await get({}, { file });
    expect(whole).toMatchObject({ status: 200, body: '' });
    expect(whole.headers.get('content-type')).toBe('video/webm');
    expect(whole.headers.get('content-length')).toBe('0');
  });

  it('is as long as announced, also of a file that grows meanwhile', async () => {
    const path = join(folder, 'growing.webm');
    await writeFile(path, VIDEO);
    const answers = Array.from({ length: 10 }, () => get({}, { file: 'growing.webm' }));
    for (let n = 0; n < 10; n += 1) await appendFile(path, VIDEO);
    for (const { status, body, headers } of await Promise.all(answers)) {
      expect(status).toBe(200);
      expect((body as string).length).toBe(Number(headers.get('content-length')));
    }
  });

  it('I11: says nothing of a file to one who may not see its run', async () => {
    const stranger = await createPerson(gateway);
    const headers = { range: 'bytes=999999-' };
    const answer = await call(gateway, 'GET', `/artifacts/${id}/video.webm`, { as: stranger, headers });
    expect(answer).toMatchObject({ status: 404, body: { error: 'not found' } });
    expect(answer.headers.has('content-range')).toBe(false);
    expect((await get({ range: 'bytes=0-' }, { file: 'missing.webm' })).status).toBe(404);
  });

  it('may be asked for by pages of other origins', async () => {
    const { headers } = await get({ range: 'bytes=0-5', origin: 'https://app.test' });
    const exposed = headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['Content-Range', 'Accept-Ranges']));
  });
});
