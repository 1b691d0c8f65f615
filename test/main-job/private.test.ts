/* I10, I11: what a runner starts sees no secret of its environment, and artifacts are their owner's alone. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { afterFile } from '../support/file-hooks.ts';
import { useServices, useStack } from '../support/stack/use-stack.ts';

const bench = useStack({ besides: ['supervisor'] });

const FLOW = {
  recordVideoOnFailure: true,
  steps: [
    { action: 'goto', url: '/form' },
    { action: 'snapshot' },
    { action: 'goto', url: '/gate?private', timeoutMs: 120_000 },
    // Refused without a folder for uploads, so that the video is kept.
    { action: 'setInputFiles', selector: '[type=file]', files: ['a.txt'] },
  ],
};

describe('a runner', () => {
  const services = useServices(async () => {
    // Stands in for the encoder, also where there is one: it stores what it is given.
    const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-encoder-'));
    afterFile(() => rm(folder, { recursive: true }));
    await writeFile(
      join(folder, 'ffmpeg'),
      '#!/bin/sh\n[ "$1" = -version ] && exit\nfor file; do :; done\ncat > "$file"\n',
      {
        mode: 0o755,
      },
    );
    // It was made by hand, for all to read.
    await mkdir(join(bench.stack.home, 'artifacts'), { recursive: true });
    await chmod(join(bench.stack.home, 'artifacts'), 0o755);
    const env = { PATH: `${folder}:${process.env.PATH}`, A_SECRET_OF_THE_SHELL: 'never-to-be-seen' };
    return [bench.stack.launch('runner', env)];
  });

  test('I10: of the environment of a runner, what it starts has nothing but a few harmless variables', async () => {
    const id = await bench.client.start({ baseUrl: bench.site.url, ...FLOW });
    await bench.site.asked('/gate?private');
    const programs = await eventually(async () => {
      const found = await descendants(services[0]!.pid);
      // Those whose environment could be read.
      const names = found.filter(({ environment }) => environment !== '').map(({ name }) => name);
      for (const name of [/ffmpeg/, /chrom|headless/, /MainThread|node/])
        expect(names).toContainEqual(expect.stringMatching(name));
      return found;
    });
    for (const { name, environment } of programs)
      expect([name, environment]).toEqual([
        name,
        expect.not.stringMatching(/never-to-be-seen|GHOSTLY_|DATABASE_URL|NATS_URL|postgres:\/\/|nats:\/\//),
      ]);
    bench.site.release('/gate?private');
    expect(await bench.client.ended(id)).toMatchObject({ status: 'fail' });
  });

  test('I11: artifacts are their owner’s alone: files 0600 in folders 0700', async () => {
    const folder = join(bench.stack.home, 'artifacts');
    // The encoder of a run may be done after its end.
    const entries = await eventually(async () => {
      const found = await readdir(folder, { recursive: true, withFileTypes: true });
      const names = found.map(({ name }) => name).join(' ');
      expect(names).toMatch(/\.png/);
      expect(names).toMatch(/\.webm/);
      return found;
    });
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const entry of entries) {
      const { mode } = await stat(join(entry.parentPath, entry.name));
      expect([entry.name, mode & 0o777]).toEqual([entry.name, entry.isDirectory() ? 0o700 : 0o600]);
    }
  });
});

/** Every process below `pid`, with what it was started with. */
async function descendants(pid: number): Promise<{ name: string; environment: string }[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const found = await Promise.all(
    children
      .split(' ')
      .filter(Boolean)
      .map(async (child) => {
        const [name, environment, below] = await Promise.all([
          readFile(`/proc/${child}/comm`, 'utf8').catch(() => ''),
          readFile(`/proc/${child}/environ`, 'utf8').catch(() => ''),
          descendants(Number(child)),
        ]);
        return [{ name: name.trim(), environment }, ...below];
      }),
  );
  return found.flat();
}
