import { expect } from 'vitest';
import { promisedMs } from '../../../../support/eventually.ts';
import { type Flood, startFloodSite } from '../../../../support/sites/flood-site.ts';
import { createBench, LIVE } from '../fixture.ts';

const GRACE_MS = 2_500;
export const OVER = { keepVideo: false, reason: 'cancelled' };
export const WAIT = { action: 'waitForSelector', selector: '#nope' };

/** Cancels a run on whose browser another run's page floods, then that one, too: both end within their grace budget. */
export async function besideFlood(flood: Flood): Promise<void> {
  await using bench = await createBench();
  await using site = await startFloodSite();
  const plan = (url: string) => bench.flow([{ action: 'goto', url }, WAIT], { baseUrl: site.url });
  const beside = await bench.open(plan('/plain'));
  await beside.perform(0, LIVE);
  const abort = new AbortController();
  const why = new Error('cancelled');
  const waiting = expect(beside.perform(1, abort.signal)).rejects.toBe(why);
  const flooding = await bench.open(plan(site.path(flood)));
  const pending = flooding.perform(0, LIVE).then(() => flooding.perform(1, LIVE));
  await Promise.race([site.begun, pending]);

  const cancelled = performance.now();
  abort.abort(why);
  await waiting;
  await beside.close(OVER);
  expect(performance.now() - cancelled).toBeLessThan(promisedMs(GRACE_MS));

  const ended = performance.now();
  await flooding.close(OVER);
  expect(performance.now() - ended).toBeLessThan(promisedMs(GRACE_MS));
  expect(await pending).toMatchObject({ ok: false });
  expect(bench.pool.describe().browsers).toMatchObject([{ pid: beside.browserPid, contexts: 0 }]);
}
