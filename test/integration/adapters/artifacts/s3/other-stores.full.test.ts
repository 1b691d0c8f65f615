/* From a store that takes no lists of objects to remove, artifacts are removed one at a time, which is said once. */
import { tmpdir } from 'node:os';
import { beforeEach, expect, it } from 'vitest';
import { type Artifacts, StoreUnavailableError } from '#shared/adapters/artifacts/artifacts.ts';
import { openArtifacts } from '#shared/adapters/artifacts/configured.ts';
import { afterFile } from '../../../../support/file-hooks.ts';
import { startTestS3 } from '../../../../support/servers/s3.ts';
import { type StoreAnswer, startStoreFront } from '../../../../support/servers/store-front.ts';

const DAY = '2025-11-25';
const ID = '019abcde-0000-7000-8000-000000000001';
const PICTURES = 20;

const s3 = await startTestS3();
const front = await startStoreFront(s3.url);
afterFile(async () => front[Symbol.asyncDispose]());

let artifacts: Artifacts;
let logged: string[];
beforeEach(async () => {
  logged = [];
  front.refuse = () => undefined;
  const log = { warn: (_: object, line: string) => void logged.push(line) } as Parameters<
    typeof openArtifacts
  >[1];
  artifacts = await openArtifacts(s3.config(tmpdir(), front.url), log);
  await artifacts.removeDay(DAY);
});

async function putPictures(): Promise<void> {
  for (let n = 0; n < PICTURES; n += 1) await artifacts.put(ID, `1-${n}.png`, Buffer.from('a picture'));
}
const countAsked = (pattern: RegExp) => front.asked.filter((line) => pattern.test(line)).length;
const LIST = /^POST \/runs\/?\?delete/;

function refuseLists(answer: StoreAnswer): void {
  front.refuse = ({ method, url = '', headers }) =>
    LIST.test(`${method} ${url}`) && headers['content-md5'] === undefined ? answer : undefined;
}

it.each([
  [400, 'MissingContentMD5'],
  [400, 'InvalidRequest'],
  [405, 'MethodNotAllowed'],
  [501, 'NotImplemented'],
])(
  'the client of the object store removes one at a time where a list of objects is answered with %d %s, and says so once',
  async (status, code) => {
    refuseLists({ status, code });
    await putPictures();
    const before = countAsked(LIST);
    await artifacts.removeDay(DAY);
    expect(await s3.keys()).toEqual([]);
    await putPictures();
    await artifacts.remove(ID);
    expect(await s3.keys()).toEqual([]);
    expect(countAsked(LIST) - before).toBe(1);
    expect(logged).toEqual([
      'the object store does not remove many artifacts at once: each is removed by itself',
    ]);
  },
);

it('the client of the object store asks for no object alone where the rights or an outage keep it from removing any', async () => {
  await putPictures();
  const before = countAsked(/^DELETE /);
  for (const answer of [
    { status: 403, code: 'AccessDenied' },
    { status: 503, code: 'SlowDown' },
    { status: 400, code: 'RequestTimeout' },
  ]) {
    refuseLists(answer);
    await expect(artifacts.removeDay(DAY)).rejects.toThrow(StoreUnavailableError);
  }
  expect(countAsked(/^DELETE /)).toBe(before);
  expect(await s3.keys()).toHaveLength(PICTURES);
  expect(logged).toEqual([]);
});

it('the client of the object store removes many at once again when the process is a new one', async () => {
  await putPictures();
  const before = countAsked(/^DELETE /);
  await artifacts.removeDay(DAY);
  expect(countAsked(/^DELETE /)).toBe(before);
  expect(await s3.keys()).toEqual([]);
});
