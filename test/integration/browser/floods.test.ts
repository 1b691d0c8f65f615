import { expect, test } from 'vitest';
import { FLOODS, type Flood, startFloodSite } from '../../support/sites/flood-site.ts';
import { createBench, LIVE } from './fixture.ts';

const GRACE_MS = 2_500;
const over = { keepVideo: false, reason: 'cancelled' };
const WAIT = { action: 'waitForSelector', selector: '#nope' };

test.each(Object.keys(FLOODS) as Flood[])(
  'I4, I13: a page that floods with %s keeps the run beside it from its end no longer than its grace budget',
  { timeout: 40_000 },
  async (flood) => {
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
    await beside.close(over);
    expect(performance.now() - cancelled).toBeLessThan(GRACE_MS);

    const ended = performance.now();
    await flooding.close(over);
    expect(performance.now() - ended).toBeLessThan(GRACE_MS);
    expect(await pending).toMatchObject({ ok: false });
    expect(bench.pool.describe().browsers).toMatchObject([{ pid: beside.browserPid, contexts: 0 }]);
  },
);

test.each<Flood>([
  'uncaught errors',
  'messages that it sends over a socket',
  'messages that its worker sends over a socket',
])(
  'I13: a run whose page floods its browser with %s fails and says so, and its context is closed at once',
  async (flood) => {
    await using bench = await createBench();
    await using site = await startFloodSite();
    const steps = [{ action: 'goto', url: site.path(flood) }, WAIT];
    const run = await bench.open(bench.flow(steps, { baseUrl: site.url }));
    await run.perform(0, LIVE);
    const { error } = await run.perform(1, LIVE);
    expect(error).toBe('waitForSelector #nope: the page floods its browser with messages, and was closed');
    await run.close(over);
    expect(bench.logged).toContainEqual({
      level: 'warn',
      message: 'a page floods its browser and is closed',
    });
  },
);

test('a page with a worker that says much, a lively socket, and an error now and then, is no flood', async () => {
  await using bench = await createBench();
  await using site = await startFloodSite();
  const steps = [
    { action: 'goto', url: site.chatty },
    { action: 'waitForSelector', selector: '#done' },
  ];
  expect(await bench.run(steps, { baseUrl: site.url })).toMatchObject([{ ok: true }, { ok: true }]);
});
