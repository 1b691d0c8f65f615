/*
 * Whatever a run may wait for is set up for real, on one stack, and the run's own page says so within three seconds, without
 * a click. The tests are one story: the runs of one fill the slots of the next.
 */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VISUALISER_DIR } from '../support/build/build.ts';
import { eventually, promisedMs } from '../support/eventually.ts';
import { type Client, logIn } from '../support/http/client.ts';
import { isEvent } from '../support/http/sse.ts';
import { type PostgresServer, startPostgresServer } from '../support/servers/postgres-server.ts';
import { startSite, type TestSite } from '../support/sites/site.ts';
import { browsersWith } from '../support/stack/leaks.ts';
import { ADMIN, createStack, type ServiceProcess, type Stack } from '../support/stack/stack.ts';
import { text } from '../support/visualiser/bench.ts';
import { type Desk, openDesk } from '../support/visualiser/desk.ts';

const SAID_WITHIN_MS = promisedMs(3_000);
const ENV = {
  GHOSTLY_WEB_DIR: VISUALISER_DIR,
  GHOSTLY_CANCEL_GRACE_MS: '1500',
  RUNNER_SLOTS: '5',
  GHOSTLY_MAX_RUNNING_PER_USER: '4',
  GHOSTLY_MAX_RUNNING_PER_PROJECT: '3',
};
const OTHER = { email: 'other@test.local', password: 'another long password' };

let postgres: PostgresServer;
let stack: Stack;
let site: TestSite;
let desk: Desk;
let gateway: ServiceProcess;
let runner: ServiceProcess;
/** The admin, who sees all runs on the pages, and another user. */
let client: Client;
let other: Client;
let pages: Page[];

beforeAll(async () => {
  [postgres, site] = await Promise.all([startPostgresServer(), startSite()]);
  stack = await createStack({ env: ENV, databaseUrl: postgres.url });
  [gateway] = await Promise.all([stack.start('gateway'), stack.start('supervisor')]);
  client = await stack.clientOf(gateway);
  await client.request('POST', '/v1/auth/register', { body: OTHER });
  other = client.as({ token: await logIn(client, OTHER.email, OTHER.password) });
  desk = await openDesk(client.url, ADMIN);
  pages = await Promise.all([1, 2, 3].map(() => desk.openSignedIn('#/system')));
});
afterAll(async () => {
  await desk?.[Symbol.asyncDispose]();
  await site?.close();
});

const NEVER = { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 };
type Steps = Parameters<Client['start']>[0]['steps'];
const start = (steps: Steps, more: object = {}, by = client) =>
  by.start({ baseUrl: site.url, steps, ...more });

/** On the n-th page, by its address. */
async function show(id: string, n = 0): Promise<Page> {
  const page = pages[n]!;
  await page.evaluate(`location.hash = '#/runs/${id}'`);
  await page.waitForSelector(`.run-id:has-text("${id.slice(-8)}")`);
  return page;
}

/** The page says it within three seconds. */
const says = (page: Page, pattern: RegExp, { where = '.why' } = {}): Promise<void> =>
  eventually(async () => expect(await text(page, where)).toMatch(pattern), { timeoutMs: SAID_WITHIN_MS });

/** Started and shown, and at its second step. */
async function atStep(url: string, step: Steps[number], more: object = {}, n = 0) {
  const id = await start([{ action: 'goto', url }, step], more);
  const [page, watch] = await Promise.all([show(id, n), client.watch(id)]);
  await watch.until(isEvent('step_start', 1));
  return { id, page };
}

const inRow = (id: string) => ({ where: `[role=row]:has([href="#/runs/${id}"])` });
const OUTAGES = { where: '.outages' };
/** Runs that go on. */
const open: string[] = [];
async function endAll(): Promise<void> {
  for (const id of open.splice(0)) await client.cancel(id);
  await eventually(async () => {
    const { body } = await client.request<unknown[]>('GET', '/v1/runs?status=running');
    expect(body).toEqual([]);
  });
}

describe('the page of a run names', () => {
  it('that no runner is up', async () => {
    const id = await start([{ action: 'goto', url: '/plain' }, NEVER], { concurrencyKey: 'nightly-import' });
    open.push(id);
    await says(await show(id), /^No runner is up\. This has been so for \d+ s; if no runner takes it within/);
    runner = await stack.start('runner');
  });

  it('a selector that nothing matches, and the run that holds a key; and so does the list', async () => {
    const [holder] = open;
    const watch = await client.watch(holder!);
    await watch.until(isEvent('step_start', 1));
    await says(
      pages[0]!,
      /^No element matches #never\. Step 2 \(waitForSelector\) has taken \d+ of 120 s; then/,
    );
    const held = await start([NEVER], { concurrencyKey: 'nightly-import' });
    open.push(held);
    const short = holder!.slice(-8);
    await says(await show(held), new RegExp(`^Run ${short} has its concurrency key nightly-import\\.`));
    const list = pages[2]!;
    await list.evaluate("location.hash = '#/runs'");
    await says(list, /No element matches #never\./, inRow(holder!));
    await says(list, new RegExp(`Run ${short} has its concurrency key nightly-import\\.`), inRow(held));
  });

  it('an element that is hidden, one that is covered, and a limit of the project', async () => {
    const [hidden, covered] = await Promise.all([
      atStep('/form', { action: 'click', selector: '#hide', timeoutMs: 120_000 }, {}, 0),
      atStep('/form', { action: 'click', selector: '#under', timeoutMs: 120_000 }, {}, 1),
    ]);
    open.push(hidden.id, covered.id);
    await Promise.all([
      says(
        hidden.page,
        /^The element that matches #hide is not visible\. Step 2 \(click\) has taken \d+ of 120 s/,
      ),
      says(covered.page, /^The element that matches #under is covered by <div>\. Step 2/),
    ]);
    const limited = await start([NEVER]);
    open.push(limited);
    await says(await show(limited), /^\S.* runs 3 of the 3 runs it may\./);
  });

  it('a page whose script is busy, and a limit of the user', async () => {
    const project = await client.addProject('Second');
    const busy = await atStep('/loop-on-load', NEVER, { project });
    open.push(busy.id);
    await says(
      busy.page,
      /^The page is not responding: its script is busy, for [1-9]\d* s now\. Step 2 .* a cancel closes/,
    );
    const limited = await start([NEVER], { project });
    open.push(limited);
    await says(await show(limited), /^Its user has 4 of the 4 runs on runners that a user may have\./);
  });

  it('that all slots are busy, and that no runner has the labels', async () => {
    const last = await start([{ action: 'goto', url: '/plain' }, NEVER], {}, other);
    open.push(last);
    await (await client.watch(last)).until(isEvent('step_start', 1));
    const [waiting, labelled] = [
      await start([NEVER], {}, other),
      await start([NEVER], { runnerLabels: ['gpu'] }, other),
    ];
    open.push(waiting, labelled);
    await Promise.all([
      show(waiting, 0).then((page) => says(page, /^All 5 slots are busy; .*The oldest run in them has been/)),
      show(labelled, 1).then((page) => says(page, /^No runner that has all of the labels gpu is up\./)),
    ]);
    await endAll();
  });

  it('each rung while it is being stopped', async () => {
    const id = await start([{ action: 'goto', url: '/never?atomic', timeoutMs: 120_000, atomic: true }], {
      onCancel: [{ action: 'goto', url: '/never?cleaning', timeoutMs: 120_000 }],
    });
    const page = await show(id);
    await site.asked('/never?atomic');
    const collected = await collectSaid(page);
    await client.cancel(id);
    await (await client.watch(id)).ended();
    await eventually(async () => expect(await text(page, '.why')).toMatch(/^admin@test\.local stopped it/), {
      timeoutMs: SAID_WITHIN_MS,
    });
    expect(await collected()).toEqual(
      expect.arrayContaining(stoppingFor('its atomic step to end', 'its onCancel steps to end')),
    );

    const hung = await atStep('/plain', NEVER);
    // Which of them the run has is not known from here: some are started ahead.
    const browsers = await browsersWith(stack.home);
    const collectedHung = await collectSaid(hung.page);
    for (const { pid } of browsers) process.kill(pid, 'SIGSTOP');
    await client.cancel(hung.id);
    await (await client.watch(hung.id)).ended();
    const left = await browsersWith(stack.home);
    for (const { pid } of left) process.kill(pid, 'SIGCONT');
    expect(left.length).toBeLessThan(browsers.length);
    await eventually(async () => expect(await text(page, '.why')).toMatch(/^admin@test\.local stopped it/), {
      timeoutMs: SAID_WITHIN_MS,
    });
    // Then it is killed, which is mostly over before it can be shown.
    expect(await collectedHung()).toEqual(
      expect.arrayContaining(stoppingFor('its browser context to close')),
    );
  });

  it('that PostgreSQL, NATS or the gateway is out of reach', async () => {
    const { id, page } = await atStep('/plain', NEVER);
    open.push(id);
    const { pid } = stack.nats;
    process.kill(pid, 'SIGSTOP');
    await says(page, /^NATS has been out of reach since .*Runs go on\./, OUTAGES).finally(() =>
      process.kill(pid, 'SIGCONT'),
    );
    await page.waitForSelector('.outage.is-lost', { state: 'detached' });
    await postgres.freeze();
    await says(
      page,
      /^PostgreSQL has been out of reach since .*Runs on runners go on until/,
      OUTAGES,
    ).finally(postgres.thaw);
    await page.waitForSelector('.outage.is-lost', { state: 'detached' });
    gateway.signal('SIGSTOP');
    await says(page, /^The gateway has not answered since /, OUTAGES).finally(() =>
      gateway.signal('SIGCONT'),
    );
    await page.waitForSelector('.outage.is-lost', { state: 'detached' });
    await endAll();
  });

  it('a runner that is silent, and one that was killed', async () => {
    const silent = await atStep('/plain', NEVER);
    await says(silent.page, /^No element matches/);
    runner.signal('SIGSTOP');
    const pattern =
      /^Runner \w{8} has not been heard for \d+ s\. (If it stays silent for|It has been silent for too long)/;
    await says(silent.page, pattern);
    runner.signal('SIGCONT');
    const lost = await atStep('/plain', NEVER, {}, 1);
    runner.signal('SIGKILL');
    await says(lost.page, /^Runner \w{8} is lost: it was last heard \d+ s ago\./);
    await stack.start('runner'); // takes away what the killed one has left
  });
});

const stoppingFor = (...waits: string[]) =>
  waits.map((wait) => expect.stringContaining(`It is being stopped, and waits for ${wait}.`));

/** Everything that the page says from now on. */
async function collectSaid(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(`{
    window.said = [];
    const why = document.querySelector('.why');
    window.collecting = new MutationObserver(() => window.said.push(why.innerText));
    window.collecting.observe(why, { subtree: true, childList: true, characterData: true });
  }`);
  return () => page.evaluate<string[]>('window.said');
}
