/* A step that does not get on names what it waited for: a covered element, a request, a page that reloads. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../../support/eventually.ts';
import { everyNth } from '../../../../support/share.ts';
import { LIVE } from '../fixture.ts';
import {
  CLICKED_MS,
  click,
  LOOKED_AT_MS,
  looksUntil,
  open,
  says,
  use,
  useWaitingSite,
  whileWaiting,
} from './waiting.ts';

const on = useWaitingSite();

describe('an element that cannot be used', () => {
  it('is covered: by what, while it waits and in the end', async () => {
    const ended = await whileWaiting(on, [open('/covered'), click('#b')], ({ looked }) =>
      says(looked, { answers: true, matches: 1, covered: true, coveredBy: '<div id="cookie">' }),
    );
    expect(ended).toMatchObject({
      error: `click #b: timed out after ${CLICKED_MS} ms, another element covers it: <div id="cookie">`,
      reason: 'element_covered',
      coveredBy: '<div id="cookie">',
    });
  });

  it('is looked at on the page that was opened, too', async () => {
    const steps = [open('/opens-covered'), { ...use('#b'), popup: true }, { ...click('#b'), page: 'popup' }];
    const ended = await whileWaiting(on, steps, ({ looked }) =>
      says(looked, { answers: true, matches: 1, covered: true, coveredBy: '<div id="cookie">' }),
    );
    expect(ended).toMatchObject({ reason: 'element_covered', coveredBy: '<div id="cookie">' });
  });

  it('is looked at on the page that its step is on, though another was opened since', async () => {
    const steps = [
      open('/opens-opener'),
      { ...use('#b'), popup: true },
      { ...click('#b', LOOKED_AT_MS), page: 'popup' },
    ];
    const ended = await whileWaiting(on, steps, async ({ looked, ended }) => {
      await says(looked, { matches: 1, covered: true });
      on.site.release();
      await eventually(() => expect(on.site.asked).toContain('/here'));
      for (const look of await looksUntil(ended, looked)) expect(look).toMatchObject({ covered: true });
    });
    expect(ended).toMatchObject({ reason: 'element_covered', coveredBy: '<div id="cookie">' });
  });

  it('is looked for with the values that its selector names', async () => {
    const named = { action: 'set', name: 'which', value: 'b' };
    const ended = await whileWaiting(
      on,
      [open('/covered'), named, click('#${results.which}')],
      ({ looked }) =>
        says(looked, { answers: true, matches: 1, covered: true, coveredBy: '<div id="cookie">' }),
    );
    expect(ended).toMatchObject({ reason: 'element_covered', coveredBy: '<div id="cookie">' });
  });

  it('is another one where a value that its selector names has changed', async () => {
    const named = (value: string) => ({ action: 'set', name: 'which', value });
    const steps = [open('/covered'), named('b'), named('other'), click('#${results.which}')];
    const run = await on.bench.open(on.bench.flow(steps, { baseUrl: on.site.url }));
    for (const index of [0, 1]) await run.perform(index, LIVE);
    await says(() => run.look('flow', 3), { matches: 1 });
    await run.perform(2, LIVE);
    expect(await run.look('flow', 3)).not.toHaveProperty('matches', 1);
    await says(() => run.look('flow', 3), { matches: 0 });
    await run.close({ keepVideo: false, reason: 'test over' });
  });

  it('and is known from the call log alone where there was no time to look', async () => {
    const ended = await whileWaiting(on, [open('/covered'), click('#b', 900)], async () => undefined);
    // A machine that is too slow to try is not judged.
    if (ended.reason === 'element_covered') expect(ended.coveredBy).toBe('<div id="cookie">');
    expect(ended.ok).toBe(false);
  });

  it('moves, which is no other obstacle', async () => {
    const ended = await whileWaiting(on, [open('/moving'), click('#b')], async ({ looked }) => {
      await says(looked, { answers: true, matches: 1, moving: true });
      expect(await looked()).toMatchObject({ hidden: false, covered: false, disabled: false });
    });
    expect(ended).toMatchObject({ reason: 'element_moving' });
  });

  it.each(
    everyNth(2, [
      ['#off', { matches: 1, disabled: true, moving: false }, 'element_disabled'],
      ['#hide', { matches: 1, hidden: true }, 'element_hidden'],
      ['#never', { matches: 0 }, 'element_missing'],
    ]),
  )('%s stays what it is', async (selector, look, reason) => {
    const ended = await whileWaiting(on, [open('/states'), click(selector)], ({ looked }) =>
      says(looked, look),
    );
    expect(ended).toMatchObject({ reason });
    expect(ended).not.toHaveProperty('coveredBy');
  });
});

describe.concurrent('a request that does not end', () => {
  it('is named with its method, its address and since when, while an element is missing for it', async () => {
    const steps = [
      open('/sends'),
      use('#b'),
      { action: 'waitForSelector', selector: '#out', timeoutMs: LOOKED_AT_MS },
    ];
    const url = `${on.site.url}/hangs/order?card=4111`;
    const ended = await whileWaiting(on, steps, ({ looked }) =>
      says(looked, { matches: 1, hidden: true, request: { method: 'POST', url, since: expect.any(Number) } }),
    );
    expect(ended).toMatchObject({ reason: 'element_hidden', pendingRequest: { method: 'POST', url } });
    expect(ended.error).toContain(`; POST ${url} was not answered`);
  });

  it('is the page that a server never answers', async () => {
    const url = `${on.site.url}/hangs`;
    const goto = { action: 'goto', url: '/hangs', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting(on, [goto], async ({ looked }) => {
      await says(looked, { answers: true, loading: true, request: { method: 'GET', url } });
      expect((await looked()).request).not.toHaveProperty('answered');
    });
    expect(ended).toMatchObject({
      error: `goto /hangs: timed out after ${LOOKED_AT_MS} ms, the server of the page did not answer`,
      reason: 'page_unanswered',
      pendingRequest: { method: 'GET', url },
    });
  });

  it('is the page to which a click leads', async () => {
    const url = `${on.site.url}/hangs/next`;
    const wait = { action: 'waitForSelector', selector: '#next', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting(on, [open('/leaves'), click('#b'), wait], ({ looked }) =>
      says(looked, { loading: true, request: { method: 'GET', url } }),
    );
    expect(ended).toMatchObject({ pendingRequest: { method: 'GET', url } });
  });

  it('is an answer that stalls half-way, and not a busy page', async () => {
    const url = `${on.site.url}/stalls`;
    const goto = { action: 'goto', url: '/stalls', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting(on, [goto], ({ looked }) =>
      says(looked, { answers: true, request: { method: 'GET', url, answered: true } }),
    );
    expect(ended).toMatchObject({
      error: `goto /stalls: timed out after ${LOOKED_AT_MS} ms, the answer of the server began, and did not end`,
      reason: 'page_stalled',
      pendingRequest: { url, answered: true },
    });
  });

  it('is a script that holds up a page', async () => {
    const url = `${on.site.url}/hangs.js`;
    const goto = { action: 'goto', url: '/blocked', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting(on, [goto], ({ looked }) =>
      says(looked, { answers: true, request: { url } }),
    );
    expect(ended.error).toBe(
      `goto /blocked: timed out after ${LOOKED_AT_MS} ms; GET ${url} was not answered`,
    );
    expect(ended).not.toHaveProperty('reason');
  });
});

describe('what stays open as long as a page does', () => {
  it('is not what its step waits for: streams of events, sockets, an answer that is read bit by bit', async () => {
    const wait = { action: 'waitForSelector', selector: '#never', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting(on, [open('/streams'), wait], async ({ looked, ended }) => {
      for (const look of await looksUntil(ended, looked)) expect(look).not.toHaveProperty('request');
    });
    expect(ended.error).toBe(
      `waitForSelector #never: timed out after ${LOOKED_AT_MS} ms, no element matches the selector`,
    );
  });
});

describe('a long poll', () => {
  it('is not what its step waits for, once it was asked for again twice', async () => {
    const wait = { action: 'waitForSelector', selector: '#never', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting(on, [open('/polls'), wait], async ({ looked, ended }) => {
      const named = (await looksUntil(ended, looked)).flatMap(({ request }) => request?.url ?? []);
      expect(named.filter((url) => !/\/poll\?[01]$/.test(url))).toEqual([]);
    });
    expect(ended).not.toHaveProperty('pendingRequest');
  });
});

describe('the end of a step', () => {
  it('knows that the server answered the page with an error', async () => {
    const wait = { action: 'waitForSelector', selector: '#cart', timeoutMs: CLICKED_MS };
    const [, ended] = await on.bench.run([open('/broken'), wait], { baseUrl: on.site.url });
    expect(ended).toMatchObject({
      error: `waitForSelector #cart: timed out after ${CLICKED_MS} ms, no element matches the selector; the server answered the page with 500`,
      httpStatus: 500,
    });
  });

  it('knows that the page loads itself over and over, and what is known of it holds meanwhile', async () => {
    const wait = { action: 'waitForSelector', selector: '#never', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting(on, [open('/reloads'), wait], ({ looked }) =>
      says(looked, { answers: true, documents: expect.any(Number) }),
    );
    expect(ended).toMatchObject({ reason: 'element_missing', documents: expect.any(Number) });
    expect(ended.error).toMatch(/; the page was loaded \d+ times in the last 10 s$/);
  });

  it('knows that the page which was opened has closed itself', async () => {
    const steps = [
      open('/opens'),
      { ...use('#b'), popup: true },
      { action: 'waitForSelector', selector: '#never', page: 'popup' },
    ];
    expect((await on.bench.run(steps, { baseUrl: on.site.url })).at(-1)?.error).toBe(
      'waitForSelector #never: the page that was opened has closed',
    );
  });

  it('names redirects without an end', async () => {
    const [ended] = await on.bench.run([open('/redirects')], { baseUrl: on.site.url });
    expect(ended?.error).toBe('goto /redirects: net::ERR_TOO_MANY_REDIRECTS');
  });

  it('is not held up by a hundred dialogs', async () => {
    const outcomes = await on.bench.run([open('/alerts'), use('#b')], { baseUrl: on.site.url });
    expect(outcomes.at(-1)).toMatchObject({ ok: true });
  });
});
