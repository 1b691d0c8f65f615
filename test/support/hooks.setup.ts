/** Evaluated for each test file, before it: so its hooks run after those of the file, which close what uses the servers. */
import { afterAll, afterEach, vi } from 'vitest';
import { PATIENCE_MS } from './eventually.ts';
import { fileEnded, testEnded } from './file-hooks.ts';

afterEach(({ task }) => testEnded(task.result?.state === 'fail'));
afterAll(async () => {
  vi.useRealTimers();
  await fileEnded();
}, 2 * PATIENCE_MS);
