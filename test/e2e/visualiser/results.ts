import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { addMember, adminByToken } from '../../support/database/members.ts';
import { rows } from '../../support/database/rows.ts';
import { findings } from '../../support/visualiser/axe.ts';
import { finished, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { signIn } from '../../support/visualiser/desk.ts';

const bench = useVisualiser();

/** What a page saves when a button is pressed. */
async function saved(page: Page, button: string): Promise<{ name: string; content: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path(), 'utf8') };
}

const LINES = [
  { Article: 'Pen', Price: '$1,200.50', 'In stock': 'true' },
  { Article: 'Ink', Price: '$7', 'In stock': 'false' },
];

describe('the results of a run', () => {
  it('come while it goes on, and are copied and saved', async () => {
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [
        { action: 'goto', url: '/orders' },
        { action: 'extract', name: 'lines', selector: '#lines', as: 'table', note: 'What is sold' },
        { action: 'set', name: 'sum', value: '=1+1' },
        { action: 'goto', url: '/never?results', timeoutMs: 120_000 },
      ],
    });
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await bench.site.asked('/never?results');
    await page.waitForSelector('.results tbody th:has-text("sum")');
    const { body } = await bench.client.request<{ status: string; results: object }>('GET', `/v1/runs/${id}`);
    expect(body).toMatchObject({ status: 'running', results: { lines: LINES, sum: '=1+1' } });
    expect(await text(page, '.result-rows')).toMatch(
      /Article\s+Price\s+In stock\s+Pen\s+\$1,200.50\s+true\s+Ink/,
    );
    await page.waitForSelector('.step .step-note:text("What is sold")');

    await page.click('.step .more:has-text("lines")');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('lines');

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.click('[aria-label="Copy all results as JSON"]');
    await page.waitForSelector('.results-head [role=status]:text("Copied")');
    expect(JSON.parse(await page.evaluate<string>('navigator.clipboard.readText()'))).toEqual(body.results);

    const all = await saved(page, '[aria-label*="save all"]');
    expect(all.name).toBe(`${id.slice(-8)}.json`);
    expect(JSON.parse(all.content)).toEqual(body.results);
    const csv = await saved(page, '[aria-label*="save lines as CSV"]');
    expect(csv.name).toBe(`${id.slice(-8)}-lines.csv`);
    expect(csv.content).toBe('\uFEFFArticle,Price,In stock\r\nPen,"$1,200.50",true\r\nInk,$7,false\r\n');
    expect(await findings(page, { within: '.results' })).toEqual([]);

    await bench.client.cancel(id);
    await page.waitForSelector('[data-moment-state="fail"]');
    expect(await text(page, '.results')).toContain('=1+1');
  });

  it('that are hostile are texts, and the page stays as it is', async () => {
    const [html, override] = ['<img src=x onerror=alert(1)><b>bold</b>', '\u202Egnp.exe'];
    const values = {
      html,
      override,
      large: `${html} `.repeat(1_500),
      rows: Array.from({ length: 200 }, (_, n) => ({ [html]: override, n })),
      wide: Array.from({ length: 300 }, (_, n) => ({ [`field ${n}`]: html })),
    };
    const steps = Object.entries(values).map(([name, value]) => ({ action: 'set', name, value }));
    const id = await finished(bench, await bench.client.start({ baseUrl: bench.site.url, steps }), 'pass');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`, { viewport: { width: 390, height: 844 } });
    await page.waitForSelector('.results tbody th:has-text("wide")');
    expect(await page.locator('.results img, .results b').count()).toBe(0);
    expect(await page.locator('.result-rows tbody tr').count()).toBe(30);
    await page.click('.result-more button:has-text("100 of 170 more rows")');
    expect(await page.locator('.result-rows tbody tr').count()).toBe(130);
    await page.click('.results > table tr:has(#result-large) .more');
    expect((await text(page, 'tr:has(#result-large) bdi.clip')).trim()).toBe(values.large.trim());
    // Each of a stranger's texts has a direction of its own.
    const isolated = `[...document.querySelectorAll('.results *')].filter((one) => one.children.length === 0 &&
      one.textContent.includes('\u202E') && getComputedStyle(one).unicodeBidi !== 'isolate').map((one) => one.outerHTML)`;
    expect(await page.evaluate(isolated)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await findings(page, { within: '.results' })).toEqual([]);
  });
});

describe('the steps of a run', () => {
  it('show what was expected and found, tries, what was skipped, and what was optional', async () => {
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [
        { action: 'goto', url: '/orders' },
        { action: 'click', selector: '#never', timeoutMs: 50, optional: true, retry: { times: 2 } },
        { action: 'click', selector: '#grow', when: { visible: '#gone' } },
        { action: 'expect', selector: '#count', is: 'text', equals: '4 items', timeoutMs: 50 },
      ],
    });
    await finished(bench, id, 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('.difference mark');
    expect(await page.locator('.difference mark').allInnerTexts()).toEqual(['4', '3']);
    const [, optional, skipped] = await page.locator('.steps .step').allInnerTexts();
    expect(optional).toMatch(/third try[\s\S]*optional, the run went on/);
    expect(skipped).toMatch(/Only if visible #gone[\s\S]*skipped/);
    expect(await text(page, '.desk-steps .meter')).toBe('3/4');
    expect(await findings(page, { within: '.desk' })).toEqual([]);
  });
});

describe('the inputs of a run', () => {
  const inputsSchema = {
    type: 'object',
    required: ['who'],
    properties: {
      who: { type: 'string', title: 'Name', description: 'Who buys' },
      count: { type: 'integer', maximum: 10 },
      gift: { type: 'boolean' },
      size: { type: 'string', enum: ['small', 'large'] },
      pin: { type: 'integer', writeOnly: true },
      tags: { type: 'array', items: { type: 'string' } },
    },
  };
  const inputs = { who: 'Ada', count: 2, gift: false, size: 'small', pin: 271_828, tags: ['a'] };
  const steps = [{ action: 'set', name: 'order', value: '${inputs.who} ${inputs.count} ${inputs.size}' }];

  it('are changed in fields, and say what is wrong with them', async () => {
    const flow = { baseUrl: bench.site.url, inputs, inputsSchema, steps };
    const first = await finished(bench, await bench.client.start(flow), 'pass');
    const page = await bench.desk.openSignedIn(`#/runs/${first}`);
    await page.click('.run-actions button:text-is("Flow")');
    await page.fill('[name="inputs.who"]', 'Bob');
    await page.check('[name="inputs.gift"]');
    await page.selectOption('[name="inputs.size"]', 'large');
    await page.fill('[name="inputs.tags"]', '["b"');
    await page.fill('[name="inputs.count"]', '20');
    await page.click('dialog button[type=submit]');
    expect(await page.evaluate('document.activeElement.name')).toBe('inputs.tags');
    await page.fill('[name="inputs.tags"]', '["b"]');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('.field:has([name="inputs.count"]) .is-error');
    expect(await findings(page, { within: 'dialog' })).toEqual([]);
    await page.fill('[name="inputs.count"]', '3');
    await page.click('dialog button[type=submit]');
    await page.waitForURL((url) => !url.hash.includes(first));
    const id = new URL(page.url()).hash.replace('#/runs/', '');
    await finished(bench, id, 'pass');
    expect(await bench.client.read(id)).toMatchObject({ results: { order: 'Bob 3 large' } });
    const { body } = await bench.client.request<{ flow: { inputs: object } }>('GET', `/v1/runs/${id}/flow`);
    expect(body.flow.inputs).toEqual({
      ...inputs,
      who: 'Bob',
      count: 3,
      gift: true,
      size: 'large',
      tags: ['b'],
      pin: '[REDACTED]',
    });
  });

  it('I10: that are secret are asked for where another user wrote them', async () => {
    const admin = await adminByToken(bench.client);
    const { client: ann } = await addMember(admin);
    const account = { email: 'buyer@test.local', password: randomUUID() };
    const { body } = await admin.request<{ user: { id: string } }>('POST', '/v1/auth/register', {
      body: account,
    });
    await rows(
      bench.stack.databaseUrl,
      `insert into project_members (project_id, user_id, role) values ($1, $2, 'operator')`,
      [await ann.project(), body.user.id],
    );
    const flow = { baseUrl: bench.site.url, inputs, inputsSchema, steps };
    const first = await finished(bench, await ann.start(flow), 'pass');
    const page = await bench.desk.open();
    await page.goto(`${bench.url}/#/runs/${first}`);
    await signIn(page, account);
    await page.click('text=Run again');
    const field = page.locator('dialog input[name="inputs.pin"]');
    await field.waitFor();
    expect(await field.getAttribute('type')).toBe('password');
    expect(await page.content()).not.toContain('271828');
    await field.fill('314159');
    await page.click('dialog button[type=submit]');
    await page.waitForURL((url) => !url.hash.includes(first));
    await finished(bench, new URL(page.url()).hash.replace('#/runs/', ''), 'pass');
  });
});
