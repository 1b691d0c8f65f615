/* I11: the web app is served under its policy beside the API, and nothing outside of its folder is. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { afterAll, describe, expect, it } from 'vitest';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { checkPage } from '../../../../services/gateway/web/page.ts';
import { call, createPerson, type Sent, startRun, useGateway } from '../fixture.ts';

const INDEX = `<!doctype html><title>app</title><script>window.early = true;</script>
<link rel="stylesheet" href="/assets/app-a1b2c3d4.css"><div id="root"></div>
<script type="module" src="/assets/app-DiwrgTda.js"></script>`;
const APP = `const show = (text) => { document.getElementById('root').textContent += text + ' '; };
const ran = (what) => { show(what); };
Object.assign(window, { ran });
show(location.pathname);
show('early ' + window.early);
show((await (await fetch('/health')).json()).status);
document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="ran(\\'handler\\')"><p style="color: red">styled</p>');
const late = document.createElement('script');
late.textContent = "ran('injected')";
document.body.append(late);
await fetch('http://127.0.0.1:1/').catch(() => show('kept in'));
show('done');`;

const webDir = await mkdtemp(join(tmpdir(), 'ghostly-test-web-'));
await mkdir(join(webDir, 'assets'));
await mkdir(join(webDir, 'v1'));
await mkdir(join(webDir, '.git'));
const files: Record<string, string> = {
  'index.html': INDEX,
  'favicon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '.env': 'SECRET=1',
  '.git/config': 'secret',
  'no-extension': 'x',
  'v1/runs': 'not the API',
  'assets/app-DiwrgTda.js': APP,
  'assets/app-a1b2c3d4.css': '#root { color: green }',
  'assets/plain.js': '1',
  'ñ and space.txt': 'ñ',
};
for (const [name, text] of Object.entries(files)) await writeFile(join(webDir, name), text);
await writeFile(`${webDir}-outside.txt`, 'outside');
await symlink(`${webDir}-outside.txt`, join(webDir, 'link.txt'));
await symlink(tmpdir(), join(webDir, 'up'));
const gateway = await useGateway({ config: { GHOSTLY_WEB_DIR: webDir } });
afterAll(async () => {
  await rm(webDir, { recursive: true });
  await rm(`${webDir}-outside.txt`);
});

const get = (path: string, sent: Sent = {}, method = 'GET') => call(gateway, method, path, sent);
const NAVIGATION = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };
const NOT_FOUND = { status: 404, body: { ok: false, error: 'not found' } };

it('the page has an icon at /favicon.ico, also for a browser that asks like for a page', async () => {
  for (const sent of [{}, NAVIGATION]) {
    const { status, headers } = await get('/favicon.ico', sent);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^image\//);
  }
});

describe('the page', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/favicon.svg', 'image/svg+xml', 'no-cache'],
    ['/no-extension', 'application/octet-stream', 'no-cache'],
    ['/%C3%B1%20and%20space.txt', 'text/plain; charset=utf-8', 'no-cache'],
    ['/assets/plain.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['/assets/app-DiwrgTda.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/app-a1b2c3d4.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
  ])('%s is served as %s, %s', async (path, type, cache) => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': type,
      'cache-control': cache,
      'content-length': String(Buffer.byteLength(body as string)),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("script-src 'self'"),
    });
  });

  it('is asked for by its headers alone, and not sent again to those who have it', async () => {
    for (const path of ['/', '/assets/plain.js']) {
      const whole = await get(path);
      const { status, body, headers } = await get(path, {}, 'HEAD');
      expect({ status, body }).toEqual({ status: 200, body: '' });
      for (const name of ['content-length', 'content-type', 'etag'])
        expect(headers.get(name)).toBe(whole.headers.get(name));
      // Asks like a browser; without it Node adds a `no-cache`.
      const conditional = { 'if-none-match': headers.get('etag') ?? '', 'cache-control': 'max-age=0' };
      const again = await get(path, { headers: conditional });
      expect({ status: again.status, body: again.body }).toEqual({ status: 304, body: '' });
      expect(again.headers.get('content-security-policy')).toBe(whole.headers.get('content-security-policy'));
    }
  });

  it.each(['/runs', '/runs/42', '/deep/er/still/', '/assets/gone.js', '/up', '/v1x', '/healthy'])(
    'a navigation to %s gets index.html, anything else a 404 of the API',
    async (path) => {
      const { status, body, headers } = await get(path, NAVIGATION);
      expect({ status, body }).toEqual({ status: 200, body: INDEX });
      expect(headers.get('cache-control')).toBe('no-cache');
      expect(headers.get('vary')).toMatch(/\bAccept(,|$)/);
      expect(await get(path)).toMatchObject(NOT_FOUND);
      expect((await get(path, NAVIGATION, 'HEAD')).status).toBe(200);
      expect(await get(path, NAVIGATION, 'POST')).toMatchObject(NOT_FOUND);
    },
  );

  it.each([
    ['/v1', 404],
    ['/v1/runs', 401],
    ['/v1/nothing', 404],
    ['/V1/nothing', 404],
    ['/v1/run', 405],
    ['/artifacts', 404],
    ['/artifacts/x', 401],
    ['/artifacts/a/b/c', 404],
    ['/health/x', 404],
    ['/ready/x', 404],
  ])('%s stays the API’s, also for navigations: %i in JSON', async (path, status) => {
    const answer = await get(path, NAVIGATION);
    expect(answer).toMatchObject({ status, body: { ok: false, error: expect.any(String) } });
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each([
    '/.env',
    '/.git/config',
    '/%2eenv',
    '/%2e%2e%2fetc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/assets/..%5c..%5cx',
    '/index.html%00',
    '/%',
    '/%E0%A4%A',
    '/a//b',
  ])('I11: %s is not found, by any user', async (path) => {
    expect(await get(path)).toMatchObject(NOT_FOUND);
    expect(await get(path, NAVIGATION)).toMatchObject(NOT_FOUND);
  });

  it('I11: no link leads out of its folder', async () => {
    expect(await get('/link.txt')).toMatchObject(NOT_FOUND);
    expect(await get(`/up/${webDir.split('/').at(-1)}-outside.txt`)).toMatchObject(NOT_FOUND);
  });

  it.each(['/../x', '/assets/../../x', '/a'.repeat(4_000)])(
    'a path is not tidied up on its way: %.20s',
    async (path) => {
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
      request(gateway.url, { path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
      expect(await promise).toBe(404);
    },
  );

  it('runs in a browser under its policy: its own scripts and the API, nothing injected, nobody else', async () => {
    const { path } = await findChromium({ env: process.env });
    await using browser = await chromium.launch({ executablePath: path });
    const page = await browser.newPage();
    const refused: string[] = [];
    page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
    await page.goto(`${gateway.url}/runs/42`);
    await page.getByText('done').waitFor();
    expect(await page.textContent('#root')).toBe('/runs/42 early true ok kept in done ');
    const colourOf = (selector: string) =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).color`);
    expect([await colourOf('#root'), await colourOf('p')]).toEqual(['rgb(0, 128, 0)', 'rgb(0, 0, 0)']);
    expect(refused.filter((text) => text.includes('Content Security Policy')).length).toBeGreaterThan(2);
  });
});

it('a folder without a page stops the gateway with one clear line', async () => {
  await expect(checkPage(join(webDir, 'assets'))).rejects.toThrow(
    /^GHOSTLY_WEB_DIR: there is no index\.html in .*\/assets$/,
  );
  await expect(checkPage('/does/not/exist')).rejects.toThrow(/^GHOSTLY_WEB_DIR: /);
  await checkPage(webDir);
});

it('the API is as it is without a page', async () => {
  const ann = await createPerson(gateway);
  const id = await startRun(gateway, ann);
  expect(await get(`/v1/runs/${id}`, { as: ann, ...NAVIGATION })).toMatchObject({
    status: 200,
    body: { id },
  });
});
