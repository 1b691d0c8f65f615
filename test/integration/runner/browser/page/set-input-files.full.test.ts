/* I11: setInputFiles takes files below the upload folder of the run's project, and no others. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrowserBench, createBench } from '../fixture.ts';

let bench: BrowserBench;
let uploads: string;

beforeAll(async () => {
  uploads = await mkdtemp(join(tmpdir(), 'ghostly-test-uploads-'));
  bench = await createBench();
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await rm(uploads, { recursive: true, force: true });
});

const FORM = { action: 'goto', url: '/form' };
const seen = (selector: string) => ({ action: 'waitForSelector', selector });

/** The last outcome; a step that fails before it shows here as well. */
const last = async (steps: object[], uploadDir?: string) =>
  (await bench.run([FORM, ...steps], {}, uploadDir)).at(-1);

describe('setInputFiles takes names below the upload folder only', () => {
  const put = (...files: string[]) => ({ action: 'setInputFiles', selector: '[type=file]', files });

  beforeAll(async () => {
    // That of the bench's project, which is named so.
    const root = join(uploads, 'project');
    await mkdir(join(root, 'deep'), { recursive: true });
    await writeFile(join(root, 'a.txt'), 'abc');
    await writeFile(join(root, 'deep/b.txt'), 'defgh');
    await writeFile(join(uploads, 'secret.txt'), 'secret');
    for (const [folder, file] of [
      ['project-twin', 'c.txt'],
      ['another', 'd.txt'],
      ['shared', 'e.txt'],
      ['shared', 'a.txt'],
    ] as const) {
      await mkdir(join(uploads, folder), { recursive: true });
      await writeFile(join(uploads, folder, file), `of ${folder}`);
    }
    await symlink('../secret.txt', join(root, 'link-out.txt'));
    await symlink('..', join(root, 'dir-out'));
    await symlink('a.txt', join(root, 'link-in.txt'));
  });

  test('files, also in folders and through links that stay inside, arrive in the page', async () => {
    const outcome = await last(
      [put('a.txt', 'deep/b.txt', 'link-in.txt'), seen('#files:has-text("a.txt:3,b.txt:5,a.txt:3")')],
      uploads,
    );
    expect(outcome).toMatchObject({ index: 2, ok: true });
  });

  test('I11: its own come before those of all; those of another project are out of reach', async () => {
    const both = await last([put('a.txt', 'e.txt'), seen('#files:has-text("a.txt:3,e.txt:9")')], uploads);
    expect(both).toMatchObject({ index: 2, ok: true });
    for (const name of ['d.txt', 'another/d.txt'])
      expect(await last([put(name)], uploads)).toMatchObject({
        ok: false,
        error: `setInputFiles [type=file]: file ${JSON.stringify(name)} does not exist in the upload folder`,
      });
  });

  test('a project without a folder, where there is none for all, is refused with the reason', async () => {
    expect(await last([put('a.txt')], join(uploads, 'another'))).toMatchObject({
      ok: false,
      error: 'setInputFiles [type=file]: this project has no upload folder',
    });
  });

  test.each([
    ['../secret.txt', 'is not a name below the upload folder'],
    ['deep/../../secret.txt', 'is not a name below the upload folder'],
    ['/etc/hosts', 'is not a name below the upload folder'],
    ['..\\secret.txt', 'is not a name below the upload folder'],
    ['link-out.txt', 'leads out of the upload folder'],
    ['dir-out/secret.txt', 'leads out of the upload folder'],
    ['dir-out/project-twin/c.txt', 'leads out of the upload folder'],
    ['nothing.txt', 'does not exist in the upload folder'],
    ['deep', 'is not a file'],
  ])('%s is refused', async (name, why) => {
    const outcome = await last([put('a.txt', name)], uploads);
    expect(outcome).toEqual({
      index: 1,
      action: 'setInputFiles',
      ok: false,
      error: `setInputFiles [type=file]: file ${JSON.stringify(name)} ${why}`,
    });
  });

  test('without an upload folder every file is refused', async () => {
    expect(await last([put('a.txt')])).toMatchObject({
      ok: false,
      error: 'setInputFiles [type=file]: file uploads are not set up here',
    });
  });
});
