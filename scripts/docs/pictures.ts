/*
 * Pictures of every view, in light and dark, for the docs: `npm run docs:visualiser [folder]`. A stack and the sample
 * shop of its own, as children in a temporary home; after it neither is left.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { followChild } from '#shared/platform/process/child.ts';
import { removePostgresData } from '../../services/cli/local/postgres.ts';
import { freePort } from '../../services/cli/local/process/free-port.ts';
import { eventually } from '../../test/support/eventually.ts';
import { createClient, type FlowStep } from '../../test/support/http/client.ts';
import { openDesk, signIn } from '../../test/support/visualiser/desk.ts';

const ROOT = join(import.meta.dirname, '../..');
const ACCOUNT = { email: 'ada@example.com', password: 'only for these pictures' };
/** `up` gives itself 20 s. */
const STOP_MS = 25_000;
const target = resolve(process.argv[2] ?? join(ROOT, 'docs/media'));
await mkdir(target, { recursive: true });

const home = await mkdtemp(join(tmpdir(), 'ghostly-pictures-'));
await using resources = new AsyncDisposableStack();
resources.defer(async () => {
  await removePostgresData({ dataDir: join(home, 'postgres') });
  await rm(home, { recursive: true, force: true });
});

/** Starts a command of the CLI and waits until it says that it is ready. */
async function start(args: string[], ready: RegExp): Promise<void> {
  const env = {
    ...process.env,
    GHOSTLY_HOME: home,
    GHOSTLY_ADMIN_EMAIL: ACCOUNT.email,
    GHOSTLY_ADMIN_PASSWORD: ACCOUNT.password,
  };
  const child = followChild(spawn(process.execPath, ['services/cli/main.ts', ...args], { cwd: ROOT, env }));
  resources.defer(async () => void (await child.stop([['SIGTERM', STOP_MS]])));
  await child.line((line) => ready.test(line));
}

const shopPort = await freePort();
await start(['shop', '--port', String(shopPort)], /is open at/);
await start(['up', '--port', '0', '--runners', '2'], /is ready/);
const { gateway, apiKey } = JSON.parse(await readFile(join(home, 'up.json'), 'utf8')) as Record<
  string,
  string
>;
const client = createClient(gateway!, { apiKey: apiKey! });

const shop = `http://127.0.0.1:${shopPort}`;
const run = (steps: FlowStep[], more: object = {}) =>
  client.start({ baseUrl: shop, captureScreenshotAfterEachStep: true, steps, ...more });
const stepsOf = async (name: string): Promise<FlowStep[]> =>
  JSON.parse(await readFile(join(ROOT, `examples/${name}.json`), 'utf8')).steps;
const reaches = (id: string, status: string) =>
  eventually(async () => (await client.read(id)).status === status || fail(`${id} is not ${status}`), {
    timeoutMs: 20_000,
  });
const fail = (why: string): never => {
  throw new Error(why);
};
const waiting = async () =>
  run(await stepsOf('warehouse'), {
    name: 'Wait at the warehouse',
    onCancel: [{ action: 'goto', url: '/cart' }, { action: 'snapshot' }],
  });
/** Steps whose last one a cancel waits for, as long as it may. */
const atomicSteps = async (): Promise<FlowStep[]> => [
  { action: 'goto', url: '/' },
  ...(await stepsOf('warehouse')).map((step) => ({ ...step, atomic: true })),
];
/** Waits until the flow's own wait has begun. */
const waits = (id: string) =>
  eventually(async () => (await client.read(id, '?hints=1')).steps.length === 1 || fail('it has not begun'), {
    timeoutMs: 20_000,
  });

const order = await run(await stepsOf('order'), { name: 'Order a mug' });
await reaches(order, 'pass');
const nightly = { name: 'Cancel the order' };
const hello = await stepsOf('hello');
for (let night = 0; night < 3; night += 1) await reaches(await run(hello, nightly), 'pass');
const failed = await run(await stepsOf('missing-button'), nightly);
await reaches(failed, 'fail');
await reaches(await run(hello, { name: 'Look at a product' }), 'pass');
const stopped = await waiting();
await waits(stopped);
await client.cancel(stopped, { body: { reason: 'The warehouse is closed today' } });
await reaches(stopped, 'fail');
const held = await run([{ action: 'goto', url: '/' }, ...(await stepsOf('warehouse'))], {
  name: 'Restock the shelves',
});

const asks = await run(
  [
    { action: 'goto', url: '/' },
    {
      action: 'ask',
      text: 'Which mug is it to be, and what is the code that the shop has sent?',
      fields: [
        { name: 'mug', label: 'Mug', type: 'choice', options: ['blue', 'green'] },
        { name: 'code', label: 'Code', type: 'code' },
      ],
      timeoutMs: 3_600_000,
    } as FlowStep,
    ...hello,
  ],
  { name: 'Order with a code' },
);

const desk = await openDesk(gateway!, ACCOUNT);
resources.use(desk);
for (const colorScheme of ['light', 'dark'] as const) {
  const page = await desk.open({ colorScheme });
  const shoot = (view: string) =>
    page.screenshot({ path: join(target, `visualiser-${view}-${colorScheme}.png`) });
  const goTo = async (hash: string, ready: string) => {
    await page.goto(`${gateway}/${hash}`);
    await page.waitForSelector(ready);
    await settle(page);
  };
  const live = await waiting();
  await waits(live);

  await page.goto(gateway!);
  await page.waitForSelector('form');
  await shoot('sign-in');
  await signIn(page, ACCOUNT);
  await goTo('#/runs', '.cell-reason:has-text("matches text=Ready")');
  await shoot('runs');
  await goTo('#/runs?attention=1', `.row-link[href="#/runs/${failed}"]`);
  await shoot('attention');
  await goTo('#/new', '.fine');
  await page.click('.examples li:nth-child(2) button');
  await shoot('new-run');
  await goTo(`#/runs/${failed}`, '.last-outcome[aria-current]');
  await page.waitForSelector('.moment .screen img');
  await shoot('failed');
  await page.click('#tab-console');
  await page.waitForSelector('.console li');
  await settle(page);
  await shoot('console');
  await goTo(`#/runs/${order}@24`, '.screen img');
  await shoot('history');
  await goTo(`#/runs/${asks}`, '.answer form');
  await page.waitForSelector('.live-screen:not([hidden]), .screen img');
  await settle(page);
  await shoot('asks');
  await goTo('#/system', '.held a');
  await shoot('system');
  await goTo(`#/runs/${live}`, '.step-running');
  await shoot('live');
  await page.click('.run-actions .danger');
  await page.fill('[name=reason]', 'The warehouse is closed today');
  await page.waitForSelector('.cancel-preview code');
  await shoot('stop');
  await page.click('dialog .danger');
  await page.waitForSelector('.hops tfoot');
  await settle(page);
  await bring(page, '.receipt');
  await shoot('receipt');
  const slow = await run(await atomicSteps(), { name: 'Ship what is paid' });
  await goTo(`#/runs/${slow}`, '.step-running .step-number:text("3")');
  await client.cancel(slow, { body: { reason: 'The warehouse is closed today' } });
  await page.waitForSelector('.rung-current');
  await page.waitForSelector('.countdown');
  await bring(page, '.stopping');
  await shoot('stopping');
  await page.context().close();
}
for (const id of [held, asks]) {
  await client.cancel(id);
  await reaches(id, 'fail');
}
const problems = desk.problems();
if (problems.length > 0) throw new Error(problems.join('\n'));
console.log(`wrote ${target}/visualiser-*.png`);

/** Scrolls until a part of the page is whole in sight. */
function bring(page: Page, selector: string): Promise<void> {
  return page.evaluate(
    `document.querySelector('${selector}').scrollIntoView({ block: 'end', behavior: 'instant' })`,
  );
}

/** Waits until every picture on the page is there and nothing moves. */
async function settle(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  // Asked again from here: the page's policy lets nothing poll in it.
  await eventually(
    async () =>
      (await page.evaluate<boolean>('[...document.images].every((image) => image.complete)')) ||
      fail('a picture is missing'),
  );
  await page.waitForTimeout(900);
}
