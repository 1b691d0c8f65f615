/* Work that is tried again ends at once with the reason of its signal, also between two tries. */
import { expect, it } from 'vitest';
import { retryUntilDone } from '#shared/platform/async/retry.ts';

it('rejects with the reason of its signal, also while it waits for the next try', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  let failures = 0;
  const retrying = retryUntilDone(
    async () => {
      failures += 1;
      throw new Error('away');
    },
    { firstMs: 600_000, maxMs: 600_000 },
    stop.signal,
    // The wait begins right after this.
    () => setImmediate(() => stop.abort(reason)),
  );
  await expect(retrying).rejects.toBe(reason);
  expect(failures).toBe(1);
});
