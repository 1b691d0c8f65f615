/* I13: a trace is sent as a zip file, of which each piece is read once, until its link is over. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { artifactsInFolder } from '#shared/adapters/artifacts/local-folder.ts';
import { type HttpServer, startServer } from '#shared/platform/http/http-server.ts';
import {
  createViewTickets,
  type ViewTickets,
} from '../../../../services/gateway/playwright-trace/view-tickets.ts';
import { createViewer } from '../../../../services/gateway/playwright-trace/viewer.ts';
import { keepTrace } from '../../../support/playwright-trace/keep-trace.ts';

const KEY = 'a secret of the gateway, long enough for a key';
const opened: string[] = [];
const tickets = createViewTickets(KEY);
let home: string;
let server: HttpServer;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghostly-test-viewer-'));
  await mkdir(join(home, 'run'));
  await keepTrace(join(home, 'run'), 'run');
  const { list, open } = artifactsInFolder(home);
  const viewer = createViewer({
    files: new Map(),
    artifacts: {
      list,
      open(runId, name) {
        opened.push(name);
        return open(runId, name);
      },
    },
    tickets,
    publicUrls: [],
    log: { debug: () => undefined, warn: () => undefined },
  });
  server = await startServer(viewer.callback(), { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server?.close(0);
  await rm(home, { recursive: true, force: true });
});

const ask = async (of: ViewTickets, file: string, init: RequestInit = {}) =>
  fetch(`${server.url}/traces/${(await of.issue('run')).ticket}/${file}`, init);

test('I13: a trace is made into a zip file of which each piece is read once', async () => {
  const answer = await ask(tickets, 'trace.zip');
  expect(answer.status).toBe(200);
  const zip = Buffer.from(await answer.arrayBuffer());
  for (const name of ['resources/abc.css', '1-trace.trace', '1-trace.network'])
    expect(zip.includes(name)).toBe(true);
  expect(opened).toHaveLength(2);
  expect(new Set(opened).size).toBe(2);
});

test('a client may ask whether there is a trace', async () => {
  expect(await ask(tickets, 'trace.zip', { method: 'HEAD' })).toMatchObject({ status: 200 });
});

test('a link that is over says so, in the language of its reader', async () => {
  const before = createViewTickets(KEY, () => new Date(Date.now() - 3_600_000));
  for (const [language, words] of [
    ['en', 'five minutes'],
    ['es', 'cinco minutos'],
  ] as const) {
    const answer = await ask(before, '', { headers: { 'accept-language': language } });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain(words);
  }
  expect((await ask(before, 'trace.zip')).status).toBe(404);
});
