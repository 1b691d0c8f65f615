/* A runner finds the artifacts that wait in its spool while folders of others are removed. */
import { mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findLeft } from '../../../../services/runner/artifacts/left-in-spool.ts';
import { afterFile } from '../../../support/file-hooks.ts';

const spool = await mkdtemp(join(tmpdir(), 'ghostly-test-left-'));
afterFile(() => rm(spool, { recursive: true, force: true }));

it('a runner finds what is left while the folders of what was sent are removed', async () => {
  await mkdir(join(spool, 'day', 'left'), { recursive: true });
  await writeFile(join(spool, 'day', 'left', '1-0.png'), 'a picture');
  let looking = true;
  const others = Array.from({ length: 8 }, async (_, runner) => {
    for (let run = 0; looking; run += 1) {
      const folder = join(spool, 'day', `${runner}-${run}`);
      await mkdir(folder);
      await rmdir(folder);
    }
  });
  try {
    for (let look = 0; look < 50; look += 1)
      expect(await findLeft(spool)).toEqual([{ path: 'day/left/1-0.png', bytes: 9 }]);
  } finally {
    looking = false;
    await Promise.all(others);
  }
});
