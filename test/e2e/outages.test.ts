/* Every page says within two seconds that PostgreSQL, NATS or the gateway is away, and that it is back. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { VISUALISER_DIR } from '../support/build/build.ts';
import { promisedMs, scaledMs } from '../support/eventually.ts';
import { type PostgresServer, startPostgresServer } from '../support/servers/postgres-server.ts';
import { everyNth, extendedOnly } from '../support/share.ts';
import { startSite, type TestSite } from '../support/sites/site.ts';
import { startCli } from '../support/stack/cli.ts';
import { ADMIN, createStack, type OneOfEach, type Stack, startOneOfEach } from '../support/stack/stack.ts';
import { text } from '../support/visualiser/bench.ts';
import { type Desk, openDesk } from '../support/visualiser/desk.ts';

/** Two seconds are what is promised; a busy machine gets one more. */
const SAID_WITHIN_MS = promisedMs(3_000);
const OVER_WITHIN_MS = promisedMs(10_000);
const LEASE_MS = scaledMs(10_000);
/** Five of them are longer than the tests. */
const NEVER = { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000, optional: true };

let postgres: PostgresServer;
let stack: Stack;
let site: TestSite;
let desk: Desk;
let all: OneOfEach;
let id: string;
/** Pages of a run, the list and the system. */
let pages: Page[];

beforeAll(async () => {
  [postgres, site] = await Promise.all([startPostgresServer(), startSite()]);
  const env = { GHOSTLY_WEB_DIR: VISUALISER_DIR, GHOSTLY_LEASE_MS: String(LEASE_MS) };
  stack = await createStack({ databaseUrl: postgres.url, env });
  all = await startOneOfEach(stack);
  id = await all.client.start({
    baseUrl: site.url,
    steps: [{ action: 'goto', url: '/plain' }, ...Array.from({ length: 5 }, () => NEVER)],
  });
  desk = await openDesk(all.client.url, ADMIN);
  pages = await Promise.all([`#/runs/${id}`, '#/runs', '#/system'].map((hash) => desk.openSignedIn(hash)));
  await Promise.all([
    pages[0]!.waitForSelector('[data-why=element_missing]'),
    pages[1]!.waitForSelector(`.row-link[href="#/runs/${id}"]`),
    pages[2]!.waitForSelector('.runner[data-condition=alive]'),
  ]);
  for (const page of pages) await observe(page);
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await site?.close();
});
afterEach(() => expect(desk.problems()).toEqual([]));

/** Adds up how far the page below the notice moves from now on, and collects what is announced. */
const observe = (page: Page) =>
  page.evaluate(`{
    const notices = document.querySelector('.outages');
    window.shifted = 0;
    window.announced = [];
    new MutationObserver(() => {
      if (notices.innerText !== '') window.announced.push(notices.innerText);
    }).observe(notices, { subtree: true, childList: true, characterData: true });
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries())
        if (!sources.every(({ node }) => notices.contains(node))) window.shifted += value;
    }).observe({ type: 'layout-shift' });
  }`);

/** What each page says within two seconds, without anything moving. */
async function saidOn(shown: readonly Page[]): Promise<string[]> {
  for (const page of shown) await page.evaluate('window.shifted = 0');
  await Promise.all(
    shown.map((page) => page.waitForSelector('.outage.is-lost', { timeout: SAID_WITHIN_MS })),
  );
  for (const page of shown) expect(await page.evaluate('window.shifted')).toBeLessThan(0.01);
  return Promise.all(shown.map((page) => text(page, '.outages')));
}

async function expectOver(shown: readonly Page[]): Promise<void> {
  // On each by itself: what it says of the end is gone after a while.
  await Promise.all(
    shown.map(async (page) => {
      await page.waitForSelector('.outage.is-lost', { state: 'detached', timeout: OVER_WITHIN_MS });
      await page.waitForSelector('.outage.is-found');
    }),
  );
  for (const page of shown) {
    const announced = await page.evaluate<string[]>('window.announced.splice(0)');
    expect([announced[0], announced.at(-1)]).toEqual([
      expect.stringContaining('since'),
      expect.stringContaining('again'),
    ]);
    expect(announced).toHaveLength(2);
  }
}

const CLOCK = '\\d{1,2}:\\d\\d:\\d\\d [AP]M';

/** A day as `2026-11-25 14:03:09`. */
const TIME = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d';
const ghostly = (...args: string[]) =>
  startCli(args, { env: { GHOSTLY_URL: all.client.url, GHOSTLY_API_KEY: stack.apiKey } });

const signalNats = (name: NodeJS.Signals) => async (): Promise<void> => {
  process.kill(stack.nats.pid, name);
};
async function killNats(): Promise<void> {
  process.kill(stack.nats.pid, 'SIGKILL');
  await stack.nats.exited;
}
const secondsOf = (clock: string): number => {
  const date = new Date(`1970-01-01 ${clock} UTC`);
  return date.getTime() / 1_000;
};

describe('an outage is said on every page within two seconds, and that it is over', () => {
  extendedOnly(() => {
    it('of PostgreSQL that is frozen: since when, and until when runs go on', async () => {
      await postgres.freeze();
      try {
        for (const said of await saidOn(pages)) {
          expect(said).toMatch(
            new RegExp(`^PostgreSQL has been out of reach since ${CLOCK}\\. Nothing can be started`),
          );
          expect(said).toMatch(new RegExp(`Runs on runners go on until about ${CLOCK};`));
        }
        expect(await text(pages[0]!, '.why')).toMatch(new RegExp(`^As it was at ${CLOCK}:`));
        const [since, until] = (await text(pages[0]!, '.outages'))
          .match(new RegExp(CLOCK, 'g'))!
          .map(secondsOf);
        expect((until! - since! + 86_400) % 86_400).toBeCloseTo((0.6 * LEASE_MS) / 1_000, 0);
      } finally {
        await postgres.thaw();
      }
      await expectOver(pages);
      expect((await all.client.read(id)).status).toBe('running');
    });
  });

  it.each(
    everyNth(2, [
      ['frozen', signalNats('SIGSTOP'), signalNats('SIGCONT')],
      ['killed', killNats, () => stack.nats.startAgain()],
    ]),
  )('of NATS that is %s: runs go on, and cancels are carried out', async (_, takeAway, bringBack) => {
    await takeAway();
    try {
      for (const said of await saidOn(pages))
        expect(said).toMatch(new RegExp(`^NATS has been out of reach since ${CLOCK}\\. Runs go on\\.`));
      const run = await all.client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
      await pages[1]!.waitForSelector(`[role=row]:has([href="#/runs/${run}"]) .badge-pass`);
    } finally {
      await bringBack();
    }
    await expectOver(pages);
  });
});

extendedOnly(() => {
  it('ghostly runs, cancel and watch say so in words, and watch that it is over', async () => {
    const watch = ghostly('watch', id);
    await watch.said('goto');
    await postgres.freeze();
    try {
      const since = new RegExp(`^PostgreSQL has been out of reach since ${TIME}\\.$`);
      const goesOn = new RegExp(`^Runs on runners go on until about ${TIME};`);
      const [runs, cancel] = [ghostly('runs'), ghostly('cancel', id)];
      expect(await watch.said('out of reach')).toMatch(since);
      expect(await watch.said('Runs on runners')).toMatch(goesOn);
      expect(await cancel.said('out of reach since')).toMatch(since);
      expect(await runs.exited).toBe(1);
      expect(runs.err).toEqual([
        'ghostly: the database is out of reach, try again (503)',
        expect.stringMatching(since),
        'Nothing can be started or cancelled until it answers, and nothing new is shown.',
        expect.stringMatching(goesOn),
        'Runs that wait keep their place.',
      ]);
      expect(cancel.err[0]).toContain('the cancel is perhaps recorded; looking');
      await postgres.thaw();
      await watch.said('PostgreSQL answers again.');
      await all.client.cancel(id);
      await Promise.all([watch.exited, cancel.exited]);
    } finally {
      await postgres.thaw();
    }
  });
});
