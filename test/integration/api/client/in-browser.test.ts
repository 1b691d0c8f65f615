/* The packed client works in a browser as it is, from a page of another origin. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { type Consumer, createConsumer } from '../../../support/client-package.ts';
import { createPerson, type Person, startGateway, type TestGateway } from '../../gateway/fixture.ts';

let consumer: Consumer;
let gateway: TestGateway;
let person: Person;
let browser: Browser;

beforeAll(async () => {
  const found = await findChromium({ env: process.env });
  [consumer, gateway, browser] = await Promise.all([
    createConsumer(),
    startGateway({ config: { GHOSTLY_CORS_ORIGINS: ['*'] } }),
    chromium.launch({
      executablePath: found.path,
      args: ['--no-sandbox', '--disable-background-networking'],
    }),
  ]);
  person = await createPerson(gateway);
});
afterAll(async () => {
  await Promise.all([browser?.close(), gateway?.close(), consumer?.remove()]);
});

const IMPORTS = {
  '@ghostly/client': '/node_modules/@ghostly/client/dist/index.js',
  zod: '/node_modules/zod/index.js',
};
const PAGE = `<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`;

/** The consumer's folder as a web site, of another origin than the gateway. */
async function serve() {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://x').pathname);
    if (path === '/') return response.setHeader('Content-Type', 'text/html').end(PAGE);
    readFile(join(consumer.folder, path)).then(
      (code) => response.setHeader('Content-Type', 'text/javascript').end(code),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close };
}

test('the packed client works in a browser as it is, from a page of another origin', async () => {
  await using site = await serve();
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(site.url);
  // Written as text: it is the page's program, not ours.
  const program = `(async () => {
    const { createClient, ApiError } = await import('@ghostly/client');
    const client = createClient({ url: '${gateway.url}', token: '${person.token}' });
    const flow = { project: '${person.projectId}', baseUrl: '${site.url}', steps: [{ action: 'goto', url: '/' }] };
    const { id } = await client.start(flow, { idempotencyKey: crypto.randomUUID() });
    const seen = [];
    for await (const entry of client.watch(id)) {
      seen.push(entry.status);
      break;
    }
    const { status } = await client.cancel(id, { reason: 'left' });
    const refused = await client.get('${person.projectId}').catch((error) => error instanceof ApiError && error.code);
    const { requested } = await client.receipt(id);
    return { seen, status, refused, reason: requested.reason };
  })()`;
  expect(await page.evaluate(program)).toEqual({
    seen: ['running'],
    status: 'cancelling',
    refused: 'not_found',
    reason: 'left',
  });
  expect(errors).toEqual([]);
  await page.close();
});
