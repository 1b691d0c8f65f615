import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { isEvent } from '../../support/http/sse.ts';
import { openViewer, titlesIn, type Viewer } from '../../support/playwright-trace/viewer.ts';
import { useStack } from '../../support/stack/use-stack.ts';
import { viewOf } from './view.ts';

const bench = useStack();
let viewer: Viewer;
beforeAll(async () => {
  viewer = await openViewer();
});
afterAll(() => viewer?.[Symbol.asyncDispose]());

const FORM = { action: 'goto', url: '/form' };
const TYPED = 'what Ada types <1>';
const failing = () => ({
  baseUrl: bench.site.url,
  steps: [
    FORM,
    { action: 'fill', selector: 'input[name=name]', value: TYPED },
    { action: 'click', selector: '#nothing', timeoutMs: 500 },
  ],
});

interface Listing {
  entries: { name: string; path: string }[];
}

test('a failed run opens in the viewer at the step that failed, and shows the page', async () => {
  const id = await bench.client.start(failing());
  await (await bench.client.watch(id)).ended();
  const page = await viewer.open(await viewOf(bench.client, id));
  expect((await titlesIn(page)).join('\n')).toMatch(/1\. goto \/form[\s\S]*3\. click #nothing/);
  const selected = page.locator('.list-view-entry.selected, .tree-view-entry.selected');
  await eventually(async () => expect(await selected.first().textContent()).toMatch(/#nothing/));
  const shown = page.frameLocator('iframe.snapshot-visible');
  await eventually(async () => expect(await shown.locator('button').first().textContent()).toBe('Send'));
  expect(viewer.elsewhere).toEqual([]);
  expect(viewer.errors).toEqual([]);
});

test('I10: what was typed is in none of its files', async () => {
  const id = await bench.client.start(failing());
  await (await bench.client.watch(id)).ended();
  const { body } = await eventually(async () => {
    const answer = await bench.client.request<Listing>('GET', `/v1/runs/${id}/playwright-trace/traces.dir`);
    expect(answer.status).toBe(200);
    return answer;
  });
  expect(body.entries.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['1-trace.trace', '1-trace.network', expect.stringMatching(/^resources\//)]),
  );
  for (const { path } of body.entries) {
    const { status, text } = await bench.client.request('GET', path);
    expect({ status, isThere: text.includes(TYPED) || text.includes('Ada types') }).toEqual({
      status: 200,
      isThere: false,
    });
  }
});

test('a run that goes on has a trace; one that passes has none any more', async () => {
  const steps = [FORM, { action: 'goto', url: '/gate?trace' }];
  const id = await bench.client.start({ baseUrl: bench.site.url, steps });
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('step_start', 1));
  await viewOf(bench.client, id);
  const read = () => bench.client.request('GET', `/v1/runs/${id}/playwright-trace`);
  const { status, headers } = await read();
  expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'application/zip' });
  bench.site.release('/gate?trace');
  await watch.ended();
  await eventually(async () => expect((await read()).status).toBe(404));
});

test('I11: a ticket is for one run and reads nothing else', async () => {
  const id = await bench.client.start(failing());
  await (await bench.client.watch(id)).ended();
  const url = new URL(await viewOf(bench.client, id));
  expect(url.origin).not.toBe(new URL(bench.client.url).origin);
  const zip = await fetch(new URL('trace.zip', url));
  expect(zip.status).toBe(200);
  await zip.body?.cancel();
  for (const path of ['/traces/none/trace.zip', '/v1/runs', `/artifacts/${id}/1-0.png`]) {
    const headers = { 'X-Api-Key': bench.stack.apiKey };
    expect({ path, status: (await fetch(new URL(path, url), { headers })).status }).toEqual({
      path,
      status: 404,
    });
  }
});

interface Har {
  log: {
    version: string;
    entries: {
      request: { method: string; url: string };
      response: { status: number; content: { text?: string } };
    }[];
  };
}

test('I10: its requests are there as a HAR, with what was answered, and without what was typed', async () => {
  const send = { action: 'click', selector: 'button' };
  const flow = failing();
  const steps = [...flow.steps.slice(0, 2), send, ...flow.steps.slice(2)];
  const id = await bench.client.start({ ...flow, steps });
  await (await bench.client.watch(id)).ended();
  const { body, text, headers } = await eventually(async () => {
    const answer = await bench.client.request<Har>('GET', `/v1/runs/${id}/har`);
    expect(answer.status).toBe(200);
    expect(answer.body.log.entries.map(({ request }) => new URL(request.url).pathname)).toContain('/echo');
    return answer;
  });
  expect(headers.get('content-disposition')).toBe(`attachment; filename="run-${id}.har"`);
  const { version, entries } = body.log;
  const form = entries.find(({ request }) => new URL(request.url).pathname === '/form');
  expect(version).toBe('1.2');
  expect(form).toMatchObject({ request: { method: 'GET' }, response: { status: 200 } });
  expect(form?.response.content.text).toContain('<form');
  for (const shown of [TYPED, 'Ada', encodeURIComponent(TYPED)]) expect(text).not.toContain(shown);
});
