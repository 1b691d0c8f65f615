/* A page is called busy with its script only if it is, and not if it waits, is huge or has no turn. */
import { describe, expect, it } from 'vitest';
import type { PageLook } from '#shared/adapters/bus/command.ts';
import { eventually, PATIENCE_MS } from '../../../../support/eventually.ts';
import { LIVE, patiently } from '../fixture.ts';
import { stopped } from '../signal-processes.ts';
import { click, LOOKED_AT_MS, looksUntil, open, says, use, useWaitingSite, whileWaiting } from './waiting.ts';

const on = useWaitingSite();

describe('a page that does not answer', () => {
  it('is busy with its script, which is certain only after a second', async () => {
    const ended = await whileWaiting(on, [open('/busy'), click('#b', LOOKED_AT_MS)], async ({ looked }) => {
      await says(looked, { answers: false });
      const look = await looked();
      if (!look.answers) expect(Date.now() - look.since).toBeGreaterThanOrEqual(1_000);
    });
    expect(ended).toMatchObject({ reason: 'page_busy' });
  });

  it('is busy with its script also where it was opened by another page', async () => {
    const steps = [
      open('/opens-busy'),
      { ...use('#b'), popup: true },
      { ...use('#b'), page: 'popup' },
      { action: 'waitForSelector', selector: '#never', timeoutMs: LOOKED_AT_MS, page: 'popup' },
    ];
    const ended = await whileWaiting(on, steps, ({ looked }) => says(looked, { answers: false }));
    expect(ended).toMatchObject({ reason: 'page_busy' });
  });

  it('and whose processes have no turn is not said to lack an element', async () => {
    const run = await on.bench.open(
      on.bench.flow([open('/states'), click('#off', 3_000)], { baseUrl: on.site.url }),
    );
    await run.perform(0, LIVE);
    {
      using _pages = await stopped(run.browserPid, 'renderer');
      const { error, reason } = await run.perform(1, LIVE);
      expect(error).toBe('click #off: timed out after 3000 ms, the page did not answer');
      expect(reason).toBe('page_silent');
    }
    await run.close({ keepVideo: false, reason: 'test over' });
  });

  it('is never called busy while it still answers, however much its script and workers do', async () => {
    let seen: PageLook[] = [];
    const wait = { action: 'waitForSelector', selector: '#never', timeoutMs: LOOKED_AT_MS };
    const ended = await whileWaiting(on, [open('/tasks'), wait], async ({ looked, ended }) => {
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
    const request = { method: 'GET', url: `${on.site.url}/hangs/sync` };
    const ended = await whileWaiting(on, [open('/waits-in-script'), wait], async ({ looked, ended }) => {
      const seen = await looksUntil(ended, looked);
      expect(seen.filter(({ answers }) => !answers)).toEqual([]);
      expect(seen.at(-1)).toMatchObject({ request });
    });
    expect(ended.reason).not.toBe('page_busy');
    expect(ended.pendingRequest).toMatchObject(request);
  });

  it('waits for its frame, which hangs', async () => {
    const wait = { action: 'waitForSelector', selector: '#never', timeoutMs: LOOKED_AT_MS };
    const request = { method: 'GET', url: `${on.site.url}/hangs/frame` };
    const ended = await whileWaiting(on, [open('/framed'), wait], ({ looked }) =>
      says(looked, { answers: true, matches: 0, request }),
    );
    expect(ended).toMatchObject({ reason: 'element_missing', pendingRequest: request });
  });

  it(
    'is searched for long where it is huge, and its script is not blamed for that',
    async () => {
      // Until it is painted for the first time it is not searched, and does not say how large it is.
      const painted = { action: 'waitForSelector', selector: 'li', timeoutMs: 120_000 };
      const wait = { action: 'waitForSelector', selector: 'text=never', timeoutMs: patiently(12_000) };
      const seen: PageLook[] = [];
      const ended = await whileWaiting(on, [open('/huge'), painted, wait], ({ looked }) =>
        eventually(async () => {
          const look = await looked();
          seen.push(look);
          const isSaid = look.answers && (look.searching || look.searchMs !== undefined);
          expect(isSaid).toBe(true);
        }),
      );
      expect(seen.filter(({ answers }) => !answers)).toEqual([]);
      // One that has had no turn lately is said to be silent.
      expect(['element_missing', 'element_search', 'page_silent']).toContain(ended.reason);
    },
    4 * PATIENCE_MS,
  );
});
