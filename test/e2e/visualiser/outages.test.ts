/** What the visualiser shows while something is away: what was known, dated, and nothing as if it were live. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { VISUALISER_DIR } from '../../support/build/build.ts';
import { eventually, PATIENCE_MS, scaledMs } from '../../support/eventually.ts';
import { type PostgresServer, startPostgresServer } from '../../support/servers/postgres-server.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { ADMIN, createStack, type OneOfEach, type Stack, startOneOfEach } from '../../support/stack/stack.ts';
import { seriousFindings } from '../../support/visualiser/axe.ts';
import { text } from '../../support/visualiser/bench.ts';
import { type Desk, openDesk } from '../../support/visualiser/desk.ts';

/** A busy machine keeps its lease, and PostgreSQL is away for longer than that. */
const TIMES = {
  GHOSTLY_LEASE_MS: String(scaledMs(10_000)),
  GHOSTLY_CANCEL_GRACE_MS: String(scaledMs(1_500)),
};

/** Five of them are longer than the tests. */
const NEVER = { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000, optional: true };

let postgres: PostgresServer;
let stack: Stack;
let site: TestSite;
let desk: Desk;
let all: OneOfEach;
/** A run that waits for what never comes, and one that is only listed. */
let id: string;
let listed: string;

beforeAll(async () => {
  [postgres, site] = await Promise.all([startPostgresServer(), startSite()]);
  const env = { GHOSTLY_WEB_DIR: VISUALISER_DIR, ...TIMES };
  stack = await createStack({ databaseUrl: postgres.url, env });
  all = await startOneOfEach(stack);
  const waiting = (name: string) =>
    all.client.start({
      baseUrl: site.url,
      name,
      steps: [{ action: 'goto', url: '/plain' }, ...Array.from({ length: 5 }, () => NEVER)],
    });
  listed = await waiting('only listed');
  id = await waiting('looked at');
  desk = await openDesk(all.client.url, ADMIN);
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await site?.close();
});
afterEach(async () => {
  await desk.clear();
  expect(desk.problems()).toEqual([]);
});

/** A page that has seen the list and the system, and is at the run. */
async function openAll(locale = 'en-US'): Promise<Page> {
  const page = await desk.openSignedIn('#/system', { locale });
  await page.waitForSelector('.runner[data-condition=alive]');
  await page.waitForSelector('#last-hour-title');
  await page.click('nav a[href="#/runs"]');
  await page.waitForSelector(`.row-link[href="#/runs/${listed}"]`);
  await page.click(`.row-link[href="#/runs/${id}"]`);
  await page.waitForSelector('[data-why=element_missing]');
  return page;
}

const clocks = (page: Page) => page.locator('.run-facts, .chart-now, .steps, .why').allInnerTexts();

/** Some looks at the gateway come to nothing meanwhile. */
async function expectStill(page: Page): Promise<void> {
  const before = await clocks(page);
  for (let n = 0; n < 4; n += 1) await page.waitForEvent('requestfailed');
  expect(await clocks(page)).toEqual(before);
}

/** The run's page as it was known, and said to be old. */
async function expectStale(page: Page): Promise<void> {
  await page.waitForSelector('.run-title .badge-running.is-old');
  expect(await text(page, '.why')).toMatch(/^As it was at \d{1,2}:\d\d:\d\d [AP]M: /);
  expect(await text(page, '.live')).toContain('Not live now');
  expect(await page.getAttribute('.live', 'aria-pressed')).toBe('false');
  await page.click('.run-actions .danger:has-text("Stop (not now)")');
  expect(await text(page, 'dialog .not-now')).toMatch(/^This cannot be sent now; .* As it was at /);
  expect(await page.isDisabled('dialog .dialog-actions .danger')).toBe(true);
  await page.click('dialog .dialog-actions [type=button]');
  await page.waitForSelector('dialog', { state: 'detached' });
}

async function expectLive(page: Page): Promise<void> {
  await page.waitForSelector('.outage.is-lost', { state: 'detached' });
  await page.waitForSelector('.run-title .badge-running:not(.is-old)');
  await page.waitForSelector('.live.is-on');
  await page.waitForSelector('.run-actions .danger:text-is("Stop")');
}

it('a gateway that was killed: what was known stays in every view, dated, and clocks stand still', async () => {
  const page = await openAll();
  const port = new URL(all.client.url).port;
  all.gateway.signal('SIGKILL');
  await all.gateway.exited;
  try {
    await page.waitForSelector('[data-outage=gateway]');
    await expectStale(page);
    await expectStill(page);
    expect(await seriousFindings(page)).toEqual([]);

    await page.click('nav a[href="#/runs"]');
    await page.waitForSelector('.toolbar .as-it-was');
    await page.waitForSelector('.row .badge-running.is-old');
    await page.click(`.row-link[href="#/runs/${listed}"]`);
    await page.waitForSelector('.as-listed .badge-running.is-old');
    expect(await text(page, '.as-listed')).toContain('only listed');
    await page.click('nav a[href="#/system"]');
    await page.waitForSelector('.page-head .as-it-was');
    await page.waitForSelector('.runner[data-condition=alive]');
    await page.waitForSelector('#last-hour-title');
    expect(await seriousFindings(page)).toEqual([]);
    await page.goBack();
    await page.goBack();
    await page.click(`.row-link[href="#/runs/${id}"]`);
    await expectStale(page);
  } finally {
    all.gateway = await stack.start('gateway', { PORT: port });
  }
  await page.waitForSelector('[data-why=element_missing]');
  await expectLive(page);
});

it('NATS that is away is said, and all stays live: it can be stopped, and clocks go on', async () => {
  const page = await openAll();
  process.kill(stack.nats.pid, 'SIGSTOP');
  try {
    await page.waitForSelector('[data-outage=nats]');
    await page.waitForSelector('.run-title .badge-running:not(.is-old)');
    await page.waitForSelector('.live.is-on');
    await page.waitForSelector('.run-actions .danger:text-is("Stop")');
    const before = await clocks(page);
    await eventually(async () => expect(await clocks(page)).not.toEqual(before));
    expect(await page.locator('.as-it-was').count()).toBe(0);
    await page.click('nav a[href="#/system"]');
    await page.waitForSelector('[data-server=nats][data-answers=false]');
    await page.waitForSelector('[data-server=database][data-answers=true]');
    await page.waitForSelector('[data-gateway]:has-text("does not reach NATS")');
    expect(await seriousFindings(page)).toEqual([]);
    await page.goBack();
  } finally {
    process.kill(stack.nats.pid, 'SIGCONT');
  }
  await expectLive(page);
});

it("the reader's own network is said as that, in both languages", async () => {
  const english = await openAll();
  const spanish = await openAll('es-ES');
  for (const page of [english, spanish]) {
    await page.context().setOffline(true);
    await page.waitForSelector('[data-outage=network]');
    expect(await page.locator('.outage.is-lost').count()).toBe(1);
  }
  expect(await text(english, '.outages')).toMatch(/^Your device has been offline since \d/);
  expect(await text(spanish, '.outages')).toMatch(/^Tu dispositivo está sin conexión desde las \d/);
  expect(await text(spanish, '.why')).toMatch(/^Como estaba a las \d{1,2}:\d\d:\d\d: /);
  expect(await text(spanish, '.run-actions .danger')).toBe('Detener (ahora no)');
  await expectStale(english);
  for (const page of [english, spanish]) await page.context().setOffline(false);
  await english.waitForSelector('.outage.is-found:has-text("You are online again")');
  await expectLive(english);
});

it(
  'PostgreSQL that is away is the one cause that is named, and nothing is promised that is over',
  async () => {
    const page = await openAll();
    await page.evaluate(`{
    window.named = new Set();
    new MutationObserver(() => {
      for (const { dataset } of document.querySelectorAll('[data-outage]')) window.named.add(dataset.outage);
    }).observe(document.querySelector('.outages'), { subtree: true, childList: true, attributes: true });
  }`);
    await postgres.freeze();
    try {
      await page.waitForSelector('[data-outage=database]:has-text("go on until about")');
      await expectStale(page);
      await page.click('nav a[href="#/runs"]');
      await page.waitForSelector('.row .badge-running.is-old');
      await page.waitForSelector('[data-outage=database]:has-text("went on until about")');
      expect(await text(page, '[data-outage=database]')).not.toContain('go on until');
      expect(await page.evaluate('[...window.named]')).toEqual(['database']);
    } finally {
      await postgres.thaw();
    }
    await page.waitForSelector('.outage.is-lost', { state: 'detached' });
    // The hour has it once it is over.
    await page.click('nav a[href="#/system"]');
    await page.waitForSelector('.minute-outages li:has-text("PostgreSQL was out of reach from")', {
      timeout: 2 * PATIENCE_MS,
    });
    await page.waitForSelector('.minute-band', { state: 'attached' });
    await page.waitForSelector('[data-server=database][data-answers=true]');
  },
  4 * PATIENCE_MS,
);
