/* A part is built again only if something that it is made of has changed. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Part } from '#shared/platform/build/parts.ts';
import { type Built, buildPart, isFresh } from '#shared/platform/build/store.ts';

const PART: Part = {
  name: 'part',
  script: 'build.ts',
  folder: 'dist',
  entries: ['main.js'],
  inputs: ['lock.json', 'examples/*.json'],
};
const DAY_MS = 24 * 60 * 60_000;
const SOURCES = ['source.ts', 'lock.json', 'examples/one.json'];

let root: string;
let said: string[];
const at = (path: string) => join(root, path);
const build = (chunk: string, meanwhile = async () => {}, part = PART): Promise<void> =>
  buildPart(root, part, async (): Promise<Built> => {
    await meanwhile();
    const files = new Map([
      ['main.js', `import './${chunk}'`],
      [chunk, ''],
    ]);
    return { files, modules: ['source.ts', 'node_modules/package/index.js'] };
  });

/** Resolves when what is saved from now on is newer: the clock of files is a coarse one. */
const save = async (path: string, content: string): Promise<void> => {
  await writeFile(at(path), content);
  const { ctimeMs } = await stat(at(path));
  do await writeFile(at('later'), '');
  while ((await stat(at('later'))).ctimeMs <= ctimeMs);
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ghostly-built-'));
  await mkdir(at('examples'));
  for (const path of SOURCES) await save(path, path);
  said = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

describe('a part that is built', () => {
  it('is fresh, and is not built again', async () => {
    expect(isFresh(root, PART)).toBe(false);
    await build('one.js');
    expect(isFresh(root, PART)).toBe(true);
    await build('two.js');
    expect(existsSync(at('dist/two.js'))).toBe(false);
    expect(said).toEqual([expect.stringMatching(/^built in [\d.]+ s$/), 'built already']);
  });

  it('is known to be fresh without a look into sources that have not changed since', async () => {
    await build('one.js');
    const stamp = JSON.parse(await readFile(at('dist/.stamp.json'), 'utf8'));
    await writeFile(
      at('dist/.stamp.json'),
      JSON.stringify({ ...stamp, sources: { ...stamp.sources, 'source.ts': '' } }),
    );
    expect(isFresh(root, PART)).toBe(true);
  });

  it('is fresh if a source was saved again as it was', async () => {
    await build('one.js');
    await save('source.ts', 'source.ts');
    expect(isFresh(root, PART)).toBe(true);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a module has changed', () => writeFile(at('source.ts'), 'other')],
    ['a module is gone', () => rm(at('source.ts'))],
    ['other packages are installed', () => writeFile(at('lock.json'), 'other')],
    ['there is one more input', () => writeFile(at('examples/two.json'), '')],
    ['an entry is gone', () => rm(at('dist/main.js'))],
    ['its stamp is that of an earlier version', () => writeFile(at('dist/.stamp.json'), '{"source.ts":""}')],
    ['its stamp is gone', () => rm(at('dist/.stamp.json'))],
  ])('is not fresh any more when %s', async (_, change) => {
    await build('one.js');
    await change();
    expect(isFresh(root, PART)).toBe(false);
  });

  it.each([
    ['source.ts', 'saved'],
    ['examples/two.json', 'added'],
  ])('is built again if %s was %s while it was built', async (path) => {
    await build('one.js', () => save(path, 'half of it'));
    expect(isFresh(root, PART)).toBe(false);
    await build('two.js');
    expect(isFresh(root, PART)).toBe(true);
  });

  it('is readable by its owner only if it is to be', async () => {
    await build('one.js', undefined, { ...PART, mode: 0o600 });
    expect((await stat(at('dist/main.js'))).mode & 0o777).toBe(0o600);
  });

  it('keeps what is no longer part of it for a week, since it may still be loaded', async () => {
    await build('one.js');
    const age = (days: number) => {
      const then = new Date(Date.now() - days * DAY_MS);
      return utimes(at('dist/one.js'), then, then);
    };
    await age(8);
    await save('source.ts', 'second');
    await build('two.js');
    expect(await readFile(at('dist/main.js'), 'utf8')).toContain('two.js');
    expect(existsSync(at('dist/one.js'))).toBe(true);

    await age(6);
    await save('source.ts', 'third');
    await build('two.js');
    expect(existsSync(at('dist/one.js'))).toBe(true);

    await age(8);
    await save('source.ts', 'fourth');
    await build('three.js');
    expect(existsSync(at('dist/one.js'))).toBe(false);
    expect(existsSync(at('dist/two.js'))).toBe(true);
  });
});
