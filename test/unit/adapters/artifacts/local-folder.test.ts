/* An artifact in a folder is kept whole or not at all, is for its owner alone, and is removed with its run or day. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import { artifactsInFolder } from '#shared/adapters/artifacts/local-folder.ts';

let home: string;
let artifacts: Artifacts;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghostly-test-artifacts-'));
  artifacts = artifactsInFolder(join(home, 'artifacts'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const modeOf = async (...path: string[]) => (await stat(join(home, ...path))).mode & 0o777;

describe('artifacts in a folder', () => {
  it('are kept from memory or from a file, which is handed over, for nobody else to read', async () => {
    const draft = join(home, 'draft.webm');
    await writeFile(draft, 'a video', { mode: 0o644 });
    await artifacts.prepare();
    expect(await artifacts.put('run', '1-0.png', Buffer.from('a picture'))).toBe('run/1-0.png');
    expect(await artifacts.put('run', 'video.webm', { file: draft })).toBe('run/video.webm');
    expect((await readdir(home, { recursive: true })).sort()).toEqual([
      ...['artifacts', 'artifacts/run', 'artifacts/run/1-0.png', 'artifacts/run/video.webm'],
    ]);
    expect(await readFile(join(home, 'artifacts/run/video.webm'), 'utf8')).toBe('a video');
    expect(await modeOf('artifacts')).toBe(0o700);
    expect(await modeOf('artifacts/run')).toBe(0o700);
    expect(await modeOf('artifacts/run/1-0.png')).toBe(0o600);
    expect(await modeOf('artifacts/run/video.webm')).toBe(0o600);
  });

  it('leave nothing behind where nothing can be kept', async () => {
    await artifacts.put('run', 'kept.png', Buffer.from('kept'));
    await expect(artifacts.put('run', 'video.webm', { file: join(home, 'none') })).rejects.toThrow('ENOENT');
    await expect(artifacts.put('run/kept.png', 'x.png', Buffer.from('x'))).rejects.toThrow(/ENOTDIR|EEXIST/);
    expect(await readdir(join(home, 'artifacts/run'))).toEqual(['kept.png']);
  });

  it('are still there where another of the same name could not be kept', async () => {
    await artifacts.put('run', 'video.webm', Buffer.from('the first'));
    await expect(artifacts.put('run', 'video.webm', { file: join(home, 'none') })).rejects.toThrow('ENOENT');
    expect(await readFile(join(home, 'artifacts/run/video.webm'), 'utf8')).toBe('the first');
  });

  it('are read whole or in part, and no further than they were when they were opened', async () => {
    await artifacts.put('run', 'letters.txt', Buffer.from('abcdef'));
    const whole = await artifacts.open('run', 'letters.txt');
    expect(whole?.size).toBe(6);
    await writeFile(join(home, 'artifacts/run/letters.txt'), 'ghi', { flag: 'a' });
    expect(String(await buffer(whole!.read({ start: 0, end: 5 })))).toBe('abcdef');
    const part = await artifacts.open('run', 'letters.txt');
    expect(String(await buffer(part!.read({ start: 2, end: 3 })))).toBe('cd');
  });

  it('that are not there are undefined, and nothing outside of the run is one', async () => {
    await artifacts.put('run', '1-0.png', Buffer.from('a picture'));
    expect(await artifacts.open('run', '1-1.png')).toBeUndefined();
    expect(await artifacts.open('another', '1-0.png')).toBeUndefined();
    expect(await artifacts.open('another', '../run/1-0.png')).toBeUndefined();
  });

  it('of a run whose id tells its day are below that day', async () => {
    const [id, another] = ['1', '2'].map((end) => `019abcde-0000-7000-8000-00000000000${end}`);
    const day = '2025-11-25';
    expect(await artifacts.put(id!, '1-0.png', Buffer.from('a picture'))).toBe(`${id}/1-0.png`);
    await artifacts.put(another!, '1-0.png', Buffer.from('a picture'));
    expect(await readdir(join(home, 'artifacts'))).toEqual([day]);
    const artifact = await artifacts.open(id!, '1-0.png');
    expect(artifact?.size).toBe(9);
    await artifact!.close();
    await artifacts.remove(id!);
    expect(await readdir(join(home, 'artifacts', day))).toEqual([another]);
  });

  it('of a day are removed together, and there may be none', async () => {
    const id = '019abcde-0000-7000-8000-000000000001';
    await artifacts.removeDay('2025-11-25');
    await artifacts.put(id, '1-0.png', Buffer.from('a picture'));
    await artifacts.put('run', '1-0.png', Buffer.from('a picture'));
    await artifacts.removeDay('2025-11-24');
    expect(await readdir(join(home, 'artifacts'))).toHaveLength(2);
    await artifacts.removeDay('2025-11-25');
    expect(await readdir(join(home, 'artifacts'))).toEqual(['run']);
  });

  it('of one run are removed together, and there may be none', async () => {
    await artifacts.put('run', '1-0.png', Buffer.from('a picture'));
    await artifacts.put('another', '1-0.png', Buffer.from('a picture'));
    await artifacts.remove('run');
    await artifacts.remove('run');
    expect(await readdir(join(home, 'artifacts'))).toEqual(['another']);
  });
});
