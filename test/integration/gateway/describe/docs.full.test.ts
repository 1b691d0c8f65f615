/* The page of the API is whole, asks no other server, and sends a tried call with what the reader has. */
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, describe, expect, it } from 'vitest';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { ENDPOINTS } from '#shared/api/contract/endpoints.ts';
import { ERRORS, type ErrorCode } from '#shared/api/contract/errors/errors.ts';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { VERSION } from '#shared/platform/process/version.ts';
import { describeApi } from '../../../../services/gateway/describe/openapi/document.ts';
import { everyNth, extendedOnly } from '../../../support/share.ts';
import { call, createKey, createPerson, PASSWORD, type Person, startRun, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const { path } = await findChromium({ env: process.env });
const browser = await chromium.launch({ executablePath: path });
afterAll(async () => {
  await browser.close();
});

const get = (path: string, headers = {}) => call(gateway, 'GET', path, { headers });

describe('/openapi.json', () => {
  it('is the document of this version, for anybody', async () => {
    const { status, headers, body } = await get('/openapi.json');
    expect({ status, type: headers.get('content-type') }).toEqual({
      status: 200,
      type: 'application/json; charset=utf-8',
    });
    const document = await inSlices(describeApi({ version: VERSION }));
    expect(body).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it.each(['/openapi.json', '/docs'])('%s is not sent again to who has it', async (path) => {
    const first = await get(path);
    const again = await get(path, {
      'if-none-match': first.headers.get('etag'),
      // What a fetch asks for with an own tag is "never from a cache".
      'cache-control': 'max-age=0',
      pragma: '',
    });
    expect({ status: again.status, body: again.body }).toEqual({ status: 304, body: '' });
    expect((await call(gateway, 'HEAD', path)).status).toBe(200);
  });
});

/** A browser names each of them in its console. */
const FAILED_ANSWER = /^Failed to load resource/;

interface Seen {
  page: Page;
  requests: string[];
  complaints: string[];
}

/** Signs in like the page does, for the whole browser context. */
async function signIn(page: Page, { email }: Person): Promise<void> {
  const answer = await page.request.post(`${gateway.url}/v1/auth/session`, {
    headers: { 'sec-fetch-site': 'same-origin' },
    data: { email, password: PASSWORD },
  });
  expect(answer.status()).toBe(201);
}

async function open(path: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Seen> {
  const page = await browser.newPage(options);
  const seen: Seen = { page, requests: [], complaints: [] };
  page.on('request', (request) => seen.requests.push(request.url()));
  page.on('console', (message) => {
    if (!FAILED_ANSWER.test(message.text())) seen.complaints.push(message.text());
  });
  page.on('pageerror', (error) => seen.complaints.push(String(error)));
  await page.goto(`${gateway.url}${path}`);
  return seen;
}

describe('/docs', () => {
  const WAYS = {
    'on a desk': { viewport: { width: 1_400, height: 900 } },
    'in the dark': { viewport: { width: 1_400, height: 900 }, colorScheme: 'dark' as const },
    'on a phone': { viewport: { width: 360, height: 740 }, hasTouch: true },
    'without scripts': { javaScriptEnabled: false },
  };

  it.each(everyNth(4, Object.entries(WAYS)))(
    'is whole and asks nobody else for anything, %s',
    async (_, options) => {
      const { page, requests, complaints } = await open('/docs', options);
      const shown = await page
        .locator('article.operation:not(.message)')
        .evaluateAll((all) => all.map(({ id }) => id));
      expect(shown.sort()).toEqual(Object.keys(ENDPOINTS).sort());
      expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
      expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([`${gateway.url}/docs`]);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  it('lets nothing run or load but what is in it', async () => {
    const { headers, body } = await get('/docs');
    const policy = headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; /);
    expect(String(body)).not.toMatch(/ (style|on\w+)="/);
    const { page, complaints } = await open('/docs');
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="/health">')`);
    await expect.poll(() => complaints.join()).toContain('Content Security Policy');
    await page.close();
  });

  it('leads nowhere in vain', async () => {
    const { page } = await open('/docs');
    const named = await page.locator('[id]').evaluateAll((all) => all.map(({ id }) => `#${id}`));
    const links = await page
      .locator('a')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
    const missing = links.filter((href) => href.startsWith('#') && !named.includes(href));
    expect(links.length).toBeGreaterThan(200);
    expect(missing).toEqual([]);
    await page.close();
  });

  extendedOnly(() => {
    it('filters its contents, and offers every call to be copied', async () => {
      const { page } = await open('/docs', WAYS['on a desk']);
      await page.getByLabel('Filter the operations').fill('receipt');
      await expect
        .poll(() => page.locator('nav li:visible').allInnerTexts())
        .toEqual([expect.stringMatching(/GET\s+\/v1\/runs\/\{id\}\/cancel/)]);
      const copy = page.locator('#cancelRun figure').first().getByRole('button', { name: /^Copy/ });
      await copy.click();
      await expect.poll(() => copy.textContent()).toMatch(/^(Copied|Press Ctrl\+C)$/);
      expect(await page.locator('#cancelRun figure code').first().textContent()).toMatch(
        /^curl -X POST "\$GHOSTLY_URL\/v1\/runs\/[\w-]+\/cancel" \\\n {2}-H "X-Api-Key: \$GHOSTLY_API_KEY" \\\n/,
      );
      await page.close();
    });
  });
});

describe('a call that is tried on /docs', () => {
  const tried = (page: Page, operation: string) => page.locator(`#${operation} .example`).first();
  const send = async (page: Page, operation: string) => {
    await tried(page, operation).getByRole('button', { name: /^Send/ }).click();
    return tried(page, operation);
  };

  it("is sent with a key, with the reader's own project and run in place of the examples'", async () => {
    const person = await createPerson(gateway);
    const key = await createKey(gateway, person, ['runs:read', 'runs:write']);
    const run = await startRun(gateway, person);
    const { page, complaints } = await open('/docs');
    expect(await page.locator('.address').textContent()).toBe(gateway.url);
    await tried(page, 'readRun')
      .getByRole('button', { name: /^Try it/ })
      .click();
    await expect.poll(() => tried(page, 'readRun').textContent()).toContain('Nobody is signed in here');
    await tried(page, 'readRun').getByLabel('API key').fill(key);
    await tried(page, 'readRun').getByLabel('API key').press('Tab');
    await expect.poll(() => tried(page, 'readRun').textContent()).toContain(`Sent as ${person.email}`);
    expect(await tried(page, 'readRun').getByLabel('Address').inputValue()).toContain(run);
    const read = await send(page, 'readRun');
    await expect.poll(() => read.locator('.try pre').textContent()).toContain(`"id": "${run}"`);
    expect(await read.locator('.try-status').textContent()).toMatch(/^200 OK after \d+ ms$/);

    await tried(page, 'startRun')
      .getByRole('button', { name: /^Try it/ })
      .click();
    await expect
      .poll(() => tried(page, 'startRun').getByLabel('Body').inputValue())
      .toContain(person.projectId);
    const started = await send(page, 'startRun');
    await expect.poll(() => started.locator('.try-status').textContent()).toMatch(/^202 /);
    expect(complaints).toEqual([]);
    await page.close();
  });

  extendedOnly(() => {
    it('is sent by the session of who is signed in, and never to another address', async () => {
      const person = await createPerson(gateway);
      const { page, requests } = await open('/docs');
      await signIn(page, person);
      await tried(page, 'listRuns')
        .getByRole('button', { name: /^Try it/ })
        .click();
      await expect.poll(() => tried(page, 'listRuns').textContent()).toContain(`Sent as ${person.email}`);
      const list = await send(page, 'listRuns');
      await expect.poll(() => list.locator('.try-status').textContent()).toMatch(/^200 /);
      await list.getByLabel('Address').fill('//other.test/v1/runs');
      await send(page, 'listRuns');
      await expect.poll(() => list.locator('.try-status').textContent()).toMatch(/^Not sent: /);
      expect(requests.filter((url) => !url.startsWith(gateway.url) && !url.startsWith('data:'))).toEqual([]);
      await page.close();
    });

    it('names nothing of the reader to be deleted', async () => {
      const person = await createPerson(gateway);
      const { page } = await open('/docs');
      await signIn(page, person);
      await tried(page, 'deleteProject')
        .getByRole('button', { name: /^Try it/ })
        .click();
      await expect
        .poll(() => tried(page, 'deleteProject').textContent())
        .toContain(`Sent as ${person.email}`);
      expect(await tried(page, 'deleteProject').getByLabel('Address').inputValue()).not.toContain(
        person.projectId,
      );
      const sent = await send(page, 'deleteProject');
      await expect.poll(() => sent.locator('.try-status').textContent()).toMatch(/^404 /);
      await page.close();
    });
  });

  it('shows a stream as it comes, until it is stopped', async () => {
    const person = await createPerson(gateway);
    await startRun(gateway, person);
    const { page } = await open('/docs');
    await signIn(page, person);
    await tried(page, 'streamRun')
      .getByRole('button', { name: /^Try it/ })
      .click();
    await expect.poll(() => tried(page, 'streamRun').textContent()).toContain('Sent as');
    const stream = await send(page, 'streamRun');
    await expect.poll(() => stream.locator('.try pre').textContent()).toContain('"kind":"status"');
    await stream.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => stream.locator('.try-status').textContent()).toMatch(/, stopped$/);
    await page.close();
  });
});

describe('the type of a problem', () => {
  it.each(everyNth(8, Object.keys(ERRORS) as ErrorCode[]))(
    '/problems/%s leads to what it means',
    async (code) => {
      const answer = await fetch(`${gateway.url}/problems/${code}`, { redirect: 'manual' });
      expect({ status: answer.status, to: answer.headers.get('location') }).toEqual({
        status: 302,
        to: `/docs#problem-${code}`,
      });
    },
  );

  it('is opened by its link', async () => {
    const { page } = await open('/problems/run_final');
    await expect.poll(() => page.locator('#problem-run_final pre').first().isVisible()).toBe(true);
    expect(await page.locator('#problem-run_final').textContent()).toContain('run ya finalizó');
    await page.close();
  });

  it.each(['nothing', '__proto__', 'constructor', '%00'])('/problems/%s is not found', async (code) => {
    expect(await get(`/problems/${code}`)).toMatchObject({
      status: 404,
      body: { ok: false, error: 'not found' },
    });
  });
});
