/* I4, I10, I13: a run is seen live as it is painted, covered while it types a secret, and closed in time. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Frames, openFrames } from '#shared/adapters/bus/live/frames.ts';
import type { RunBrowser } from '../../../../services/runner/browser/run-browser.ts';
import { createShowLive } from '../../../../services/runner/live/show-live.ts';
import { eventually, PATIENCE_MS, promisedMs } from '../../../support/eventually.ts';
import { holdUp } from '../../../support/hold-up.ts';
import { type Colours, openColours } from '../../../support/live/colour.ts';
import { watchFrames } from '../../../support/live/watch-frames.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { startTestNats } from '../../../support/servers/servers.ts';
import { type PaintingSite, startPaintingSite } from '../../../support/sites/painting-site.ts';
import { type BrowserBench, createBench, LIVE } from '../browser/fixture.ts';

let bench: BrowserBench;
let site: PaintingSite;
let colours: Colours;
let owner: Frames;
let gateway: Frames;
const open: RunBrowser[] = [];
const watches: ReturnType<typeof watchFrames>[] = [];
beforeAll(async () => {
  site = await startPaintingSite();
  colours = await openColours();
  const nats = await startTestNats();
  bench = await createBench();
  const framesOf = (name: string) => openFrames({ url: nats.serviceUrl, name, log: quietLog() });
  [owner, gateway] = [framesOf('runner'), framesOf('gateway')];
  await Promise.all([owner.opened(), gateway.opened()]);
});
afterEach(async () => {
  for (const watch of watches.splice(0)) watch.stop();
  for (const browser of open.splice(0)) await browser.close({ keepVideo: false, reason: 'test over' });
});
afterAll(async () => {
  for (const frames of [owner, gateway]) await frames?.[Symbol.asyncDispose]();
  await bench?.[Symbol.asyncDispose]();
  await colours?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

let runs = 0;
async function start(steps: object[], more: object = {}) {
  runs += 1;
  const runId = `live-${runs}`;
  const flow = bench.flow(steps, { baseUrl: site.url, ...more });
  const browser = await bench.open(flow, { runId, showLive: createShowLive(owner) });
  open.push(browser);
  const watch = watchFrames(gateway, runId);
  watches.push(watch);
  const perform = (index: number) => browser.perform(index, LIVE);
  const shows = (colour: string) =>
    eventually(async () => {
      const last = watch.pictures.at(-1);
      expect(last && (await colours.of(last.jpeg))).toBe(colour);
    });
  return { runId, browser, watch, perform, shows };
}
const GOTO = (url: string) => ({ action: 'goto', url });
const CLICK = (selector: string) => ({ action: 'click', selector });

describe('a run that is watched', () => {
  it('is seen as it is painted, its last state too after many changes at once', async () => {
    const { watch, perform, shows } = await start([GOTO('/red'), CLICK('#burst'), GOTO('/lime')]);
    watch.ask({});
    await perform(0);
    await shows('red');
    await perform(1);
    await shows('blue');
    await perform(2);
    await shows('lime');
    const seqs = watch.pictures.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].toSorted((one, other) => one - other));
  });

  it('is seen in its last state although its runner was busy while it was painted', async () => {
    const { watch, perform, shows } = await start([GOTO('/red'), CLICK('#alike')]);
    watch.ask({});
    await perform(0);
    await shows('red');
    await perform(1);
    holdUp(2_000);
    await shows('blue');
  });

  it('is not captured while nobody asks, and by one capture however many do', async () => {
    const { runId, watch, perform, shows, browser } = await start([GOTO('/red'), CLICK('#blue')]);
    await perform(0);
    const other = watchFrames(gateway, runId, 'other');
    watches.push(other);
    expect(watch.pictures).toEqual([]);
    watch.ask({});
    await shows('red');
    // It joins later, and is sent what there is.
    other.ask({});
    await eventually(() => expect(other.pictures.at(-1)?.seq).toBe(watch.pictures.at(-1)?.seq));
    await perform(1);
    await shows('blue');
    await eventually(() => expect(other.pictures.at(-1)?.seq).toBe(watch.pictures.at(-1)?.seq));
    await browser.close({ keepVideo: false, reason: 'over' });
    await eventually(() => expect(watch.scenes.at(-1)?.over).toBe(true));
  });

  it('I13: is not pictured for a gateway that takes nothing, which slows no other one', async () => {
    const { runId, watch, perform } = await start([GOTO('/animated'), GOTO('/lime')]);
    const stuck = watchFrames(gateway, runId, 'stuck');
    watches.push(stuck);
    stuck.takeNothing();
    await perform(0);
    stuck.ask({});
    await eventually(() => expect(stuck.pictures.length).toBeGreaterThan(0));
    watch.ask({});
    const from = watch.pictures.length;
    await eventually(() => expect(watch.pictures.length).toBeGreaterThan(from + 20), {
      timeoutMs: 3 * PATIENCE_MS,
    });
    watch.stop();
    watch.ask();
    const [sent, scenes] = [stuck.pictures.length, stuck.scenes.length];
    await perform(1);
    await eventually(() => expect(stuck.scenes.length).toBeGreaterThan(scenes + 1));
    expect(stuck.pictures.length).toBeLessThanOrEqual(sent + 2);
  });

  it('is sent again to a gateway whose first wish came before it listened', async () => {
    const { runId, watch, perform, shows } = await start([GOTO('/red')]);
    await perform(0);
    watch.takeNothing();
    watch.ask({});
    await shows('red');
    watch.stop();
    // Its page is at rest and its owner knows the wish: nothing but the wish itself brings the picture again.
    const late = watchFrames(gateway, runId);
    watches.push(late);
    late.ask({});
    await eventually(() => expect(late.pictures.at(-1)?.seq).toBe(watch.pictures.at(-1)?.seq));
  });

  it('shows popups as further pages, and where the element of its step is', async () => {
    const { watch, perform, browser, shows } = await start([
      GOTO('/red'),
      CLICK('#popup'),
      { action: 'waitForSelector', selector: '#blue >> text=never' },
    ]);
    watch.ask({}, { page: 1, size: 'small' });
    await perform(0);
    await shows('red');
    await perform(1);
    await eventually(() => expect(watch.scenes.at(-1)?.pages).toEqual([0, 1]));
    await eventually(async () => {
      const popup = watch.pictures.findLast(({ page }) => page === 1);
      expect(popup?.size).toBe('small');
      expect(await colours.of(popup!.jpeg)).toBe('lime');
    });
    const stop = new AbortController();
    const waiting = browser.perform(2, stop.signal).catch(() => undefined);
    await eventually(() => expect(watch.scenes.at(-1)?.step).toEqual({ index: 2, phase: 'flow' }));
    stop.abort();
    await waiting;
  });

  it('says where the element of the step is that goes on', async () => {
    const { watch, perform, browser } = await start([
      GOTO('/red'),
      { action: 'expect', is: 'text', selector: '#blue', equals: 'never' },
    ]);
    watch.ask({});
    await perform(0);
    const stop = new AbortController();
    const waiting = browser.perform(1, stop.signal).catch(() => undefined);
    await eventually(() => expect(watch.scenes.at(-1)?.step?.box).toHaveLength(4));
    const [x, y, width, height] = watch.scenes.at(-1)!.step!.box!;
    expect([x + width, y + height].every((part) => part > 0 && part < 1)).toBe(true);
    stop.abort();
    await waiting;
  });

  it('I13: sends pictures of a size that NATS takes, whatever its page paints', async () => {
    const { watch, perform } = await start([GOTO('/noise')]);
    watch.ask({});
    await perform(0);
    await eventually(() => expect(watch.pictures.length).toBeGreaterThan(3));
    for (const { jpeg } of watch.pictures) expect(jpeg.length).toBeLessThanOrEqual(512 * 1_024);
  });
});

describe('I4: a page that never answers', () => {
  it.each(['#alert', '#loop'])('is closed while it is watched: %s', async (selector) => {
    const { watch, perform, shows, browser } = await start([GOTO('/red'), { ...CLICK(selector) }]);
    watch.ask({}, { size: 'small' });
    await perform(0);
    await shows('red');
    const stop = new AbortController();
    const acting = browser.perform(1, stop.signal).catch(() => undefined);
    await eventually(() => expect(watch.scenes.at(-1)?.step?.index).toBe(1));
    stop.abort();
    const began = performance.now();
    await browser.close({ keepVideo: false, reason: 'cancelled' });
    expect(performance.now() - began).toBeLessThan(promisedMs(2_500));
    await acting;
    await eventually(() => expect(watch.scenes.at(-1)?.over).toBe(true));
  });
});

describe('I10: a run that types what no picture may show', () => {
  const FILL = { action: 'fill', selector: '#secret', value: 'correct horse', secret: true };

  it('is covered from the start of typing until its page has nothing of it', async () => {
    const { watch, perform, shows } = await start([
      GOTO('/slow-login'),
      FILL,
      CLICK('#clear'),
      GOTO('/blue'),
    ]);
    watch.ask({});
    await perform(0);
    await shows('red');
    const before = watch.scenes.length;
    await perform(1);
    await eventually(() => expect(watch.scenes.at(-1)?.covered).toBe('secret'));
    expect(watch.scenes.slice(before).some(({ covered }) => covered)).toBe(true);
    const seen = watch.pictures.length;
    // The page is yellow as soon as anything is typed.
    await perform(2);
    await shows('yellow');
    for (const { jpeg } of watch.pictures.slice(0, seen)) expect(await colours.of(jpeg)).toBe('red');
    await perform(3);
    await shows('blue');
    expect(watch.scenes.at(-1)?.covered).toBeUndefined();
  });

  it('is covered where the page shows the value by itself, or has it in a field', async () => {
    const { watch, perform, shows } = await start([
      GOTO('/echo'),
      GOTO('/login'),
      { action: 'fill', selector: '#user', value: 'correct horse', secret: false },
      CLICK('#go'),
      FILL,
    ]);
    watch.ask({});
    await perform(0);
    await eventually(() => expect(watch.scenes.at(-1)?.covered).toBe('secret'));
    expect(watch.pictures).toEqual([]);
    await perform(1);
    await shows('red');
    await perform(2);
    await eventually(() => expect(watch.scenes.at(-1)?.covered).toBe('secret'));
    await perform(3);
    await shows('blue');
  });
});
