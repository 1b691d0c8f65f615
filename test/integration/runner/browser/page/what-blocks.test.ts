/* What an owner says of a page while a step waits on it, and what the end of the step says of the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { PerformedStep } from '../../../../../services/runner/browser/page/perform.ts';
import type { RunBrowser } from '../../../../../services/runner/browser/run-browser.ts';
import { eventually } from '../../../../support/eventually.ts';
import { everyNth } from '../../../../support/share.ts';
import { startWaitingSite, type WaitingSite } from '../../../../support/sites/waiting-site.ts';
import { type BrowserBench, createBench, LIVE } from '../fixture.ts';

let bench: BrowserBench;
let site: WaitingSite;
beforeAll(async () => {
  bench = await createBench();
  site = await startWaitingSite();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

interface Waiting {
  run: RunBrowser;
  /** The last of the steps. */
  looked(): Promise<PageLook>;
  ended: Promise<PerformedStep>;
}

/** The last of these steps waits while `use` looks at it; resolves with what became of it. */
async function whileWaiting(
  steps: object[],
  use: (waiting: Waiting) => Promise<void>,
): Promise<PerformedStep> {
  const run = await bench.open(bench.flow(steps, { baseUrl: site.url }));
  const last = steps.length - 1;
  try {
    for (let index = 0; index < last; index += 1) await run.perform(index, LIVE);
    const ended = run.perform(last, LIVE);
    await use({ run, ended, looked: () => run.look('flow', last) });
    return await ended;
  } finally {
    await run.close({ keepVideo: false, reason: 'test over' });
  }
}

/** What was seen of the page until its step was over. */
async function looksUntil(ended: Promise<PerformedStep>, looked: Waiting['looked']): Promise<PageLook[]> {
  const seen: PageLook[] = [];
  let isOver = false;
  void ended.finally(() => {
    isOver = true;
  });
  const overIn = { timeoutMs: 3 * LOOKED_AT_MS };
  await eventually(async () => {
    if (!isOver) seen.push(await looked());
    expect(isOver).toBe(true);
  }, overIn);
  return seen;
}

const says = (looked: () => Promise<PageLook>, expected: object) =>
  eventually(async () => expect(await looked()).toMatchObject(expected));
/** The time of a step that is looked at meanwhile: enough for that on a busy machine, too. */
const LOOKED_AT_MS = 9_000;
/** The time of a click: enough for a busy machine to try it. */
const CLICKED_MS = 4_000;
const open = (url: string) => ({ action: 'goto', url, timeoutMs: 20_000 });
const click = (selector: string, timeoutMs = CLICKED_MS) => ({ action: 'click', selector, timeoutMs });

describe('an element that cannot be used', () => {
  it('is covered: by what, while it waits and in the end', async () => {
    const ended = await whileWaiting([open('/covered'), click('#b')], ({ looked }) =>
      says(looked, { answers: true, matches: 1, covered: true, coveredBy: '<div id="cookie">' }),
    );
    expect(ended).toMatchObject({
      error: `click #b: timed out after ${CLICKED_MS} ms, another element covers it: <div id="cookie">`,
      reason: 'element_covered',
      coveredBy: '<div id="cookie">',
    });
  });

  it('is looked for with the values that its selector names', async () => {
    const named = { action: 'set', name: 'which', value: 'b' };
    const ended = await whileWaiting([open('/covered'), named, click('#${results.which}')], ({ looked }) =>
      says(looked, { answers: true, matches: 1, covered: true, coveredBy: '<div id="cookie">' }),
    );
    expect(ended).toMatchObject({ reason: 'element_covered', coveredBy: '<div id="cookie">' });
  });

  it('is another one where a value that its selector names has changed', async () => {
    const named = (value: string) => ({ action: 'set', name: 'which', value });
    const steps = [open('/covered'), named('b'), named('other'), click('#${results.which}')];
    const run = await bench.open(bench.flow(steps, { baseUrl: site.url }));
    for (const index of [0, 1]) await run.perform(index, LIVE);
    await says(() => run.look('flow', 3), { matches: 1 });
    await run.perform(2, LIVE);
    expect(await run.look('flow', 3)).not.toHaveProperty('matches', 1);
    await says(() => run.look('flow', 3), { matches: 0 });
    await run.close({ keepVideo: false, reason: 'test over' });
  });

  it('and is known from the call log alone where there was no time to look', async () => {
    const ended = await whileWaiting([open('/covered'), click('#b', 900)], async () => undefined);
    // A machine that is too slow to try is not judged.
    if (ended.reason === 'element_covered') expect(ended.coveredBy).toBe('<div id="cookie">');
    expect(ended.ok).toBe(false);
  });

  it('moves, which is no other obstacle', async () => {
    const ended = await whileWaiting([open('/moving'), click('#b')], async ({ looked }) => {
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
    const ended = await whileWaiting([open('/states'), click(selector)], ({ looked }) => says(looked, look));
    expect(ended).toMatchObject({ reason });
    expect(ended).not.toHaveProperty('coveredBy');
  });
});

describe.concurrent('a request that does not end', () => {
  it('is named with its method, its address and since when, while an element is missing for it', async () => {
    const steps = [
      open('/sends'),
      click('#b'),
      { action: 'waitForSelector', selector: '#out', timeoutMs: LOOKED_AT_MS },
    ];
    const url = `${site.url}/hangs/order?card=4111`;
    const ended = await whileWaiting(steps, ({ looked }) =>
      says(looked, { matches: 1, hidden: true, request: { method: 'POST', url, since: expect.any(Number) } }),
    );
    expect(ended).toMatchObject({ reason: 'element_hidden', pendingRequest: { method: 'POST', url } });
    expect(ended.error).toContain(`; POST ${url} was not answered`);
  });

  it('is the page that a server never answers', async () => {
    const url = `${site.url}/hangs`;
    const goto = { action: 'goto', url: '/hangs', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting([goto], async ({ looked }) => {
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
    const url = `${site.url}/hangs/next`;
    const wait = { action: 'waitForSelector', selector: '#next', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting([open('/leaves'), click('#b'), wait], ({ looked }) =>
      says(looked, { loading: true, request: { method: 'GET', url } }),
    );
    expect(ended).toMatchObject({ pendingRequest: { method: 'GET', url } });
  });

  it('is an answer that stalls half-way, and not a busy page', async () => {
    const url = `${site.url}/stalls`;
    const goto = { action: 'goto', url: '/stalls', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting([goto], ({ looked }) =>
      says(looked, { answers: true, request: { method: 'GET', url, answered: true } }),
    );
    expect(ended).toMatchObject({
      error: `goto /stalls: timed out after ${LOOKED_AT_MS} ms, the answer of the server began, and did not end`,
      reason: 'page_stalled',
      pendingRequest: { url, answered: true },
    });
  });

  it('is a script that holds up a page', async () => {
    const url = `${site.url}/hangs.js`;
    const goto = { action: 'goto', url: '/blocked', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting([goto], ({ looked }) =>
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
    const ended = await whileWaiting([open('/streams'), wait], async ({ looked, ended }) => {
      for (const look of await looksUntil(ended, looked)) expect(look).not.toHaveProperty('request');
    });
    expect(ended.error).toBe(
      `waitForSelector #never: timed out after ${LOOKED_AT_MS} ms, no element matches the selector`,
    );
  });
});

describe('a long poll', () => {
  it('is not what its step waits for, once it was asked for again twice', async () => {
    const wait = { action: 'waitForSelector', selector: '#never', timeoutMs: 9_000 };
    const ended = await whileWaiting([open('/polls'), wait], async ({ looked, ended }) => {
      const named = (await looksUntil(ended, looked)).flatMap(({ request }) => request?.url ?? []);
      expect(named.filter((url) => !/\/poll\?[01]$/.test(url))).toEqual([]);
    });
    expect(ended).not.toHaveProperty('pendingRequest');
  });
});

describe('a page that does not answer', () => {
  it('is busy with its script, which is certain only after a second', async () => {
    const ended = await whileWaiting([open('/busy'), click('#b', 6_000)], async ({ looked }) => {
      await says(looked, { answers: false });
      const look = await looked();
      if (!look.answers) expect(Date.now() - look.since).toBeGreaterThanOrEqual(1_000);
    });
    expect(ended).toMatchObject({ reason: 'page_busy' });
  });

  it('is never called busy while it still answers, however much its script and workers do', async () => {
    let seen: PageLook[] = [];
    const wait = { action: 'waitForSelector', selector: '#never', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting([open('/tasks'), wait], async ({ looked, ended }) => {
      seen = await looksUntil(ended, looked);
    });
    expect(seen.filter(({ answers }) => !answers)).toEqual([]);
    // Once it is known that nothing matches, that holds.
    const known = seen.slice(seen.findIndex((look) => look.answers && look.matches === 0));
    expect(known.every((look) => look.answers && look.matches === 0)).toBe(true);
    expect(ended.reason).toBe('element_missing');
  });

  it('waits for what its script has asked for, and is not busy with it', async () => {
    const wait = { action: 'waitForSelector', selector: '#never', timeoutMs: LOOKED_AT_MS };
    const request = { method: 'GET', url: `${site.url}/hangs/sync` };
    const ended = await whileWaiting([open('/waits-in-script'), wait], async ({ looked, ended }) => {
      const seen = await looksUntil(ended, looked);
      expect(seen.filter(({ answers }) => !answers)).toEqual([]);
      expect(seen.at(-1)).toMatchObject({ request });
    });
    expect(ended.reason).not.toBe('page_busy');
    expect(ended.pendingRequest).toMatchObject(request);
  });

  it('waits for its frame, which hangs', async () => {
    const wait = { action: 'waitForSelector', selector: '#never', timeoutMs: LOOKED_AT_MS };
    const request = { method: 'GET', url: `${site.url}/hangs/frame` };
    const ended = await whileWaiting([open('/framed'), wait], ({ looked }) =>
      says(looked, { answers: true, matches: 0, request }),
    );
    expect(ended).toMatchObject({ reason: 'element_missing', pendingRequest: request });
  });

  it('is searched for long where it is huge, and its script is not blamed for that', async () => {
    // Until it is painted for the first time it is not searched, and does not say how large it is.
    const painted = { action: 'waitForSelector', selector: 'li', timeoutMs: 60_000 };
    const wait = { action: 'waitForSelector', selector: 'text=never', timeoutMs: 12_000 };
    const seen: PageLook[] = [];
    const ended = await whileWaiting([open('/huge'), painted, wait], ({ looked }) =>
      eventually(async () => {
        const look = await looked();
        seen.push(look);
        const isSaid = look.answers && (look.searching || look.searchMs !== undefined);
        expect(isSaid).toBe(true);
      }),
    );
    expect(seen.filter(({ answers }) => !answers)).toEqual([]);
    expect(['element_missing', 'element_search']).toContain(ended.reason);
  }, 100_000);
});

describe('the end of a step', () => {
  it('knows that the server answered the page with an error', async () => {
    const wait = { action: 'waitForSelector', selector: '#cart', timeoutMs: CLICKED_MS };
    const [, ended] = await bench.run([open('/broken'), wait], { baseUrl: site.url });
    expect(ended).toMatchObject({
      error: `waitForSelector #cart: timed out after ${CLICKED_MS} ms, no element matches the selector; the server answered the page with 500`,
      httpStatus: 500,
    });
  });

  it('knows that the page loads itself over and over, and what is known of it holds meanwhile', async () => {
    const wait = { action: 'waitForSelector', selector: '#never', timeoutMs: 8_000 };
    const ended = await whileWaiting([open('/reloads'), wait], ({ looked }) =>
      says(looked, { answers: true, documents: expect.any(Number) }),
    );
    expect(ended).toMatchObject({ reason: 'element_missing', documents: expect.any(Number) });
    expect(ended.error).toMatch(/; the page was loaded \d+ times in the last 10 s$/);
  });

  it('knows that the page which was opened has closed itself', async () => {
    const steps = [
      open('/opens'),
      { ...click('#b', 20_000), popup: true },
      { action: 'waitForSelector', selector: '#never', timeoutMs: 10_000, page: 'popup' },
    ];
    expect((await bench.run(steps, { baseUrl: site.url })).at(-1)?.error).toBe(
      'waitForSelector #never: the page that was opened has closed',
    );
  });

  it('names redirects without an end', async () => {
    const [ended] = await bench.run([open('/redirects')], { baseUrl: site.url });
    expect(ended?.error).toBe('goto /redirects: net::ERR_TOO_MANY_REDIRECTS');
  });

  it('is not held up by a hundred dialogs', async () => {
    const outcomes = await bench.run([open('/alerts'), click('#b', 20_000)], { baseUrl: site.url });
    expect(outcomes.at(-1)).toMatchObject({ ok: true });
  });
});
