/* I13: browsers that start at the same time as another user share one script, which is written once. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createWrappers } from '../../../../../services/runner/browser/chromium/browser-user.ts';

test('I13: the script that starts Chromium as another user is written once, for browsers that start at the same time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-wrappers-'));
  const wrapperFor = createWrappers(folder);
  const ask = () => wrapperFor('/opt/it is/chromium', { uid: 1, gid: 2 });
  const [path, same] = await Promise.all([ask(), ask()]);
  expect(same).toBe(path);
  const written = await stat(path, { bigint: true });
  expect(await ask()).toBe(path);
  expect((await stat(path, { bigint: true })).mtimeNs).toBe(written.mtimeNs);
  expect(written.mode & 0o777n).toBe(0o700n);
  expect(await readFile(path, 'utf8')).toContain(`'/opt/it is/chromium' "$@"`);
  await rm(folder, { recursive: true });
});
