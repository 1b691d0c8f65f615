import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTracesFolder } from '../../../../../services/runner/browser/chromium/traces-folder.ts';
import { eventually } from '../../../../support/eventually.ts';
import { afterThisTest } from '../../../../support/file-hooks.ts';

test('a folder stays as long as a trace is in it, though its browser has ended', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'ghostly-test-traces-'));
  afterThisTest(() => rm(parent, { recursive: true, force: true }));
  const folder = await makeTracesFolder(parent);
  folder.enter();
  folder.enter();
  await writeFile(join(folder.path, 'resources', 'body.json'), 'body');
  const removed = folder.remove();
  folder.leave();
  expect((await folder.read('body.json', 100))?.toString()).toBe('body');
  folder.leave();
  await removed;
  await eventually(async () => expect(existsSync(folder.path)).toBe(false));
});

test('when the last trace has left nothing of a page stays, and the next one has a folder', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'ghostly-test-traces-'));
  afterThisTest(() => rm(parent, { recursive: true, force: true }));
  const folder = await makeTracesFolder(parent);
  folder.enter();
  await writeFile(join(folder.path, 'resources', 'body.json'), 'body');
  folder.leave();
  await eventually(async () => expect(await folder.read('body.json', 100)).toBeUndefined());
  expect(existsSync(join(folder.path, 'resources'))).toBe(true);
});
