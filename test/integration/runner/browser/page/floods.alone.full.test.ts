/* I4, I13: a page that floods its browser with messages fails its own run alone; a lively page goes on. */
import { expect, test } from 'vitest';
import { everyNth } from '../../../../support/share.ts';
import { type Flood, startFloodSite } from '../../../../support/sites/flood-site.ts';
import { createBench, LIVE, patiently } from '../fixture.ts';
import { besideFlood, OVER, WAIT } from './beside-flood.ts';

// One of them; the extended tests have each kind.
test('I4, I13: a page that floods with messages that it gets over sockets keeps the run beside it from its end no longer than its grace budget', () =>
  besideFlood('messages that it gets over sockets'));

test.each<Flood>(
  everyNth(2, ['messages that it sends over a socket', 'messages that its worker sends over a socket']),
)(
  'I13: a run whose page floods its browser with %s fails and says so, and its context is closed at once',
  async (flood) => {
    await using bench = await createBench();
    await using site = await startFloodSite();
    const steps = [{ action: 'goto', url: site.path(flood) }, WAIT];
    const run = await bench.open(bench.flow(steps, { baseUrl: site.url }));
    await run.perform(0, LIVE);
    const { error } = await run.perform(1, LIVE);
    expect(error).toBe('waitForSelector #nope: the page floods its browser with messages, and was closed');
    await run.close(OVER);
    expect(bench.logged).toContainEqual({
      level: 'warn',
      message: 'a page floods its browser and is closed',
    });
  },
);

test('I13: a page that floods with uncaught errors goes on: it says few of them, and how many more there were', async () => {
  await using bench = await createBench();
  await using site = await startFloodSite();
  const steps = [
    { action: 'goto', url: site.path('uncaught errors') },
    { ...WAIT, timeoutMs: patiently(3_000) },
  ];
  const run = await bench.open(bench.flow(steps, { baseUrl: site.url }));
  await run.perform(0, LIVE);
  const { error } = await run.perform(1, LIVE);
  expect(error).not.toContain('floods');
  const { said } = await run.said.read(patiently(1_000), { isEnd: true, failed: true });
  expect(said.filter(({ kind }) => kind === 'error').length).toBeLessThan(200);
  expect(said.at(-1)).toMatchObject({ kind: 'more' });
  await run.close(OVER);
});

test('a page with a worker that says much, a lively socket, and an error now and then, is no flood', async () => {
  await using bench = await createBench();
  await using site = await startFloodSite();
  const steps = [
    { action: 'goto', url: site.chatty },
    { action: 'waitForSelector', selector: '#done' },
  ];
  expect(await bench.run(steps, { baseUrl: site.url })).toMatchObject([{ ok: true }, { ok: true }]);
});
