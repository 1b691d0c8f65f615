/* The state chart of a run that is watched shows a new state within 200 ms, without a reload. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VISUALISER_DIR } from '../support/build/build.ts';
import { promisedMs } from '../support/eventually.ts';
import { ADMIN } from '../support/stack/stack.ts';
import { useServices, useStack } from '../support/stack/use-stack.ts';
import { text } from '../support/visualiser/bench.ts';
import { type Desk, openDesk } from '../support/visualiser/desk.ts';

const bench = useStack({ besides: ['supervisor'] });

/** Runs in the page: notes what the chart lights, when, and along which arrows it shows the run going. */
const NOTE_STATES = `
  window.seen = [];
  window.pulses = new Set();
  const lit = () => document.querySelector('[data-current]')?.getAttribute('data-state') ?? '';
  let last = lit();
  new MutationObserver(() => {
    const state = lit();
    if (state !== last) window.seen.push([state, Date.now()]);
    last = state;
    for (const { dataset } of document.querySelectorAll('.pulse')) window.pulses.add(dataset.edge);
  }).observe(document.querySelector('.chart svg'), { attributes: true, childList: true, subtree: true });`;

describe('a run that is watched', () => {
  const services = useServices(() => [
    bench.stack.launch('gateway', { GHOSTLY_WEB_DIR: VISUALISER_DIR }),
    bench.stack.launch('runner'),
  ]);
  let url: string;
  let desk: Desk;
  beforeAll(async () => {
    url = await services[0]!.ready;
    desk = await openDesk(url, ADMIN);
  });
  afterAll(() => desk?.[Symbol.asyncDispose]());

  it('lights each state within 200 ms of its event, and goes on by itself', async () => {
    const page = await desk.openSignedIn('#/runs', { reducedMotion: 'no-preference' });
    const gate = '/gate?watched';
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [
        { action: 'goto', url: '/plain' },
        { action: 'goto', url: '/gated?watched' },
        { action: 'waitForSelector', selector: '#opened' },
      ],
    });
    await page.goto(`${url}/#/runs/${id}`);
    await page.click('#tab-chart');
    await bench.site.asked(gate);
    await page.waitForSelector('[data-current][data-state="running.stepping.acting"]');
    await page.evaluate(NOTE_STATES);
    bench.site.release(gate);
    await page.waitForSelector('[data-current][data-state="pass"]');
    const seen = await page.evaluate<[string, number][]>('window.seen');
    const { events } = await bench.client.read(id);
    const delays = seen.map(([state, at]) => {
      const event = events.findLast(({ type, payload }) => type === 'transition' && payload?.to === state);
      return at - Date.parse(String(event?.at));
    });
    expect(delays.length).toBeGreaterThan(0);
    // Half of them: one may meet a machine that has something else to do.
    expect(delays.toSorted((a, b) => a - b)[delays.length >> 1]).toBeLessThan(promisedMs(200));
    expect(await page.evaluate('[...window.pulses]')).toContain('running.settling>pass');
    expect(await text(page, '.run-title')).toContain('passed');
    expect(desk.problems()).toEqual([]);
    await page.context().close();
  });
});
