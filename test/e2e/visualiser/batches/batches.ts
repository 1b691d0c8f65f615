/** The batches of a project: how their tests do as they go on, their reports, and their cancel. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import type { BatchInput, BatchSummary } from '#shared/api/contract/batches/batches.ts';
import { addMember, addViewer, adminByToken, type Member } from '../../../support/database/members.ts';
import { findings } from '../../../support/visualiser/axe.ts';
import { text, useVisualiser } from '../../../support/visualiser/bench.ts';
import { type Desk, signIn, untilRead } from '../../../support/visualiser/desk.ts';
import { holdNext } from '../../../support/visualiser/hold.ts';

const bench = useVisualiser();

interface OpenBatches {
  page: Page;
  owner: Member;
  project: string;
}

/** An owner with an empty project, before the page of its batches. */
async function openBatches(options: Parameters<Desk['open']>[0] = {}): Promise<OpenBatches> {
  const owner = await addMember(await adminByToken(bench.client));
  const project = await owner.client.project();
  const page = await bench.desk.open(options);
  await page.goto(`${bench.url}/#/batches`);
  await signIn(page, owner.account);
  await page.locator('.batches .empty').waitFor();
  return { page, owner, project };
}

async function startBatch({ owner, project }: OpenBatches, body: BatchInput): Promise<BatchSummary> {
  const started = await owner.client.request<BatchSummary>('POST', `/v1/projects/${project}/batches`, {
    body,
  });
  expect(started.status).toBe(201);
  return started.body;
}

type Steps = NonNullable<BatchInput['flows'][number]['flow']['definition']>['steps'];
const flowOf = (name: string, steps: Steps): BatchInput['flows'][number] => ({
  flow: { name, definition: { baseUrl: bench.site.url, steps } },
});
const passing = () => flowOf('passing', [{ action: 'goto', url: '/plain' }]);
const failing = (name = 'failing') =>
  flowOf(name, [
    { action: 'goto', url: '/form' },
    // What fails leaves little time for a picture, which a busy machine may not take in that.
    { action: 'snapshot' },
    { action: 'click', selector: '#nope', timeoutMs: 300 },
  ]);
/** Its first run has no page. */
const flaky = (name: string) =>
  flowOf(name, [{ action: 'goto', url: `/flaky?${name}-${crypto.randomUUID()}` }]);
/** Waits until its gate is released. */
const held = () => {
  const path = `/gate?${crypto.randomUUID()}`;
  return { path, flow: flowOf('held', [{ action: 'goto', url: path, timeoutMs: 120_000 }]) };
};

const rowsOf = (page: Page, status: string): Locator => page.locator(`.test-row[data-status=${status}]`);
/** A row has no inner text before the browser has looked whether it is in sight. */
const names = (page: Page) => page.locator('.test-row .test-name > :first-child').allTextContents();

describe('the batches of a project', () => {
  it('show how their tests do as they go on, failed ones first, each with its attempts and why it failed', async () => {
    const of = await openBatches();
    const { page, project, owner } = of;
    expect(await text(page, '.batches .empty')).toContain("npx ghostly test 'flows/**/*.json'");
    expect(await findings(page)).toEqual([]);
    const { path, flow } = held();
    const { id } = await startBatch(of, {
      name: 'main, commit 3f2a1c',
      retries: 1,
      labels: ['ci'],
      flows: [passing(), flaky('flaky'), flow, failing()],
    });
    const item = page.locator('.batch-item', { hasText: 'main, commit 3f2a1c' });
    await untilRead(item.locator('.badge-running'));
    expect(await item.textContent()).toContain(`by ${owner.account.email}`);
    await untilRead(item.locator('[data-part=pass]', { hasText: '1 passed' }));
    expect(await findings(page)).toEqual([]);

    await item.getByRole('link').click();
    await page.waitForURL(`**/#/batches/${project}/${id}`);
    await rowsOf(page, 'flaky').waitFor();
    await rowsOf(page, 'fail').waitFor();
    await page.getByText('3 of 4 tests have ended').waitFor();
    expect(await names(page)).toEqual(['failing', 'flaky', 'passing', 'held']);
    expect(await rowsOf(page, 'fail').locator('.test-error').textContent()).toContain('#nope');
    expect(await rowsOf(page, 'fail').locator('.test-ways a').count()).toBe(2);
    const tries = rowsOf(page, 'flaky').locator('.test-ways a');
    await expect
      .poll(() => tries.evaluateAll((all) => all.map((one) => one.ariaLabel)))
      .toEqual(['flaky, attempt 1: failed', 'flaky, attempt 2: passed']);
    expect(await findings(page)).toEqual([]);

    // What is chosen is left once it goes on.
    await page.locator('.console-filters [data-part=running]').click();
    expect(await names(page)).toEqual(['held']);
    bench.site.release(path);
    await page.locator('.batch-tests .nothing').waitFor();
    await page.locator('.batch-title .badge-fail').waitFor();
    expect(await text(page, '.batch-page > [role=status]')).toBe('failed');
    await page.getByRole('button', { name: 'All 4' }).click();
    expect(await names(page)).toEqual(['failing', 'flaky', 'passing', 'held']);

    await page.getByRole('button', { name: 'The last picture of failing' }).click();
    await page.locator('dialog[open] .screen img').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'flaky, attempt 1: failed' }).click();
    const fact = page.locator('.run-facts .fact', { hasText: 'flaky, attempt 1' });
    await fact.waitFor();
    await fact.getByRole('link').click();
    await page.waitForURL(`**/#/batches/${project}/${id}`);
  });

  it('have reports to be saved, so far or once they have ended', async () => {
    const of = await openBatches();
    const { page, project } = of;
    const { id } = await startBatch(of, { name: 'release 1.2', flows: [passing(), failing()] });
    await page.goto(`${bench.url}/#/batches/${project}/${id}`);
    await page.locator('.batch-title .badge-fail').waitFor();
    const saved = async (format: string) => {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: `Download the report as ${format}` }).click();
      const file = await download;
      return [file.suggestedFilename(), await readFile(await file.path(), 'utf8')] as const;
    };
    const begins = { JUnit: '<?xml', CTRF: '{', Markdown: '#', JSON: '{' };
    const endings = { JUnit: 'junit.xml', CTRF: 'ctrf.json', Markdown: 'md', JSON: 'json' };
    for (const format of ['JUnit', 'CTRF', 'Markdown', 'JSON'] as const) {
      const [name, content] = await saved(format);
      expect(name).toBe(`release_1.2.${endings[format]}`);
      expect(content.startsWith(begins[format])).toBe(true);
      expect(content).toContain('failing');
    }
  });

  it('can be cancelled, and say by whom and why; viewers see all of it, and cannot (I11)', async () => {
    const of = await openBatches();
    const { page, project, owner } = of;
    const { path, flow } = held();
    const { id } = await startBatch(of, {
      maxParallel: 1,
      flows: [flow, failing('quarantined'), passing()],
    });
    await page.goto(`${bench.url}/#/batches/${project}/${id}`);
    const ways = (of: Page) => of.locator('.batch-title .danger');
    await ways(page).waitFor();
    // Which projects there are could not be read: it is tried again within seconds, not a minute later.
    await page.route('**/v1/projects', (route) => route.abort(), { times: 1 });
    await page.reload();
    await ways(page).waitFor();
    await bench.site.asked(path);
    const viewer = await addMember(await adminByToken(bench.client));
    await addViewer(bench.stack.databaseUrl, project, viewer.id);
    const theirs = await bench.desk.open();
    const projects = await holdNext(theirs, '**/v1/projects');
    await theirs.goto(`${bench.url}/#/batches/${project}/${id}`);
    await signIn(theirs, viewer.account);
    await rowsOf(theirs, 'running').waitFor();
    expect(await ways(theirs).count()).toBe(0);
    await projects.release();
    expect(await ways(theirs).count()).toBe(0);

    await page.getByRole('button', { name: 'Cancel…' }).click();
    const form = page.locator('dialog[open]');
    await form.getByLabel('Reason').fill('the wrong branch');
    expect(await findings(page)).toEqual([]);
    await form.getByRole('button', { name: 'Cancel the batch' }).click();
    await form.waitFor({ state: 'detached' });
    for (const one of [page, theirs]) {
      await one.locator('.batch-title .badge-cancelled').waitFor();
      const note = await text(one, '.batch-head .note');
      expect(note).toContain(owner.account.email);
      expect(note).toContain('the wrong branch');
      expect(await rowsOf(one, 'cancelled').count()).toBe(3);
    }
    expect(await ways(page).count()).toBe(0);
    expect(await findings(page)).toEqual([]);
  });

  it('count for their flows: the page of each says how many of its tests were flaky', async () => {
    const of = await openBatches();
    const { page, project, owner } = of;
    const { definition } = flaky('checkout').flow;
    await owner.client.request('PUT', `/v1/projects/${project}/flows/checkout`, {
      body: { flow: definition },
    });
    const started = { retries: 1, flows: [{ flow: { name: 'checkout' } }] };
    await startBatch(of, started);
    await page.goto(`${bench.url}/#/flows/${project}/checkout`);
    await untilRead(page.getByText('Its last test was flaky (100%).'));
    await startBatch(of, started);
    await untilRead(page.getByText('1 of its last 2 tests was flaky (50%).'));
  });

  it('fit a narrow window in Spanish, in the dark; one that there is not is none', async () => {
    const of = await openBatches({
      locale: 'es-ES',
      colorScheme: 'dark',
      viewport: { width: 390, height: 740 },
    });
    const { page, project } = of;
    const fits = () => page.evaluate('document.documentElement.scrollWidth <= innerWidth');
    const { id } = await startBatch(of, {
      name: `una rama ${'muy '.repeat(20)}larga_${'x'.repeat(60)}`,
      labels: ['quarantine'],
      flows: [failing(), { ...passing(), rows: [{ name: 'y'.repeat(90) }, {}] }],
    });
    await untilRead(page.locator('.batch-item .badge-pass'));
    await page.locator('.part-counts', { hasText: '1 fallida en cuarentena' }).waitFor();
    expect(await fits()).toBe(true);
    expect(await findings(page)).toEqual([]);
    await page.goto(`${bench.url}/#/batches/${project}/${id}`);
    await rowsOf(page, 'fail').waitFor();
    expect(await fits()).toBe(true);
    expect(await findings(page)).toEqual([]);
    await page.goto(`${bench.url}/#/batches/${project}/${crypto.randomUUID()}`);
    await page.locator('.empty', { hasText: 'No existe ese lote' }).waitFor();
  });
});
