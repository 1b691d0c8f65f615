/* I6: pages and steps that are too large, or a console that is flooded, cost no event and disturb no other run. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { Client, FlowStep, RunView } from '../../support/http/client.ts';
import { expectWholeStream, range } from '../../support/http/run-stream.ts';
import { isEvent, type SseMessage } from '../../support/http/sse.ts';
import { connectReader, type NatsReader } from '../../support/servers/nats-reader.ts';
import { share } from '../../support/share.ts';
import { createStack, type ServiceProcess, type Stack, startOneOfEach } from '../../support/stack/stack.ts';

const MIB = 1024 ** 2;
/** The tree of a page that shows more ends its run: docs/decisions/messages.md. */
const SHOWN_MIB = 6;
/** Drawing a text of 100 MiB takes a minute. */
const TOO_LARGE_MIB = share(10, 100);
/** What a runner may need more than before, whatever its pages hold: a few of the largest texts at once. */
const MEMORY_MIB = 700;

let stack: Stack;
let client: Client;
let runner: ServiceProcess;
let reader: NatsReader;

/** Pages of any size; written as the browser takes them. */
const site = createServer((request, response) => {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  void answer(request.url ?? '/', response);
});
async function answer(path: string, response: ServerResponse): Promise<void> {
  if (path === '/tree') return write(response, 5 * MIB, (n) => `<li>item ${n} ${'text '.repeat(40)}</li>`);
  if (path === '/words') return write(response, 6 * MIB, () => `<p>${'words '.repeat(20_000)}</p>`);
  if (path === '/hidden') return write(response, 100 * MIB, () => `<!-- ${'much '.repeat(200_000)} -->`);
  const shownMib = { '/shown': SHOWN_MIB, '/too-large': TOO_LARGE_MIB }[path];
  if (shownMib) return write(response, shownMib * MIB, () => `<p>${'much '.repeat(200_000)}</p>`);
  if (path === '/console') return void response.end(consoleFlood(20));
  if (path === '/deluge') return void response.end(consoleFlood(1_000));
  if (path === '/options')
    return void response.end(`<input id="name"><select id="s"><option>one</option></select>`);
  response.end('<h1>plain</h1>');
}
async function write(response: ServerResponse, bytes: number, piece: (n: number) => string): Promise<void> {
  let left = bytes;
  for (let n = 0; left > 0 && !response.destroyed; n += 1) {
    const text = piece(n);
    left -= text.length;
    await new Promise((resolve) => response.write(text, resolve)); // with an error if it is gone
  }
  response.end();
}
const consoleFlood = (lines: number) => `<h1 id="here">here</h1><script>
  const line = 'x'.repeat(10_000);
  const flood = () => { for (let i = 0; i < ${lines}; i += 2) { console.log(line, { line }); console.error(new Error(line)); } };
  setInterval(flood, 5);
  setTimeout(() => { document.body.insertAdjacentHTML('beforeend', '<p id="later">later</p>'); }, 500);
</script>`;

const url = () => `http://127.0.0.1:${(site.address() as AddressInfo).port}`;

beforeAll(async () => {
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  stack = await createStack();
  ({ client, runner } = await startOneOfEach(stack));
  reader = await connectReader(stack.nats.readerUrl);
});
afterAll(async () => {
  await reader?.[Symbol.asyncDispose]();
  site.closeAllConnections();
  site.close();
});

const residentMib = async () => {
  const status = await readFile(`/proc/${runner.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
};

/** Carries a flow out, and sees to it that SSE, REST and NATS all have every event of it, `run_end` the last. */
async function carriedOut(steps: FlowStep[], options: object = {}) {
  const id = await client.start({ baseUrl: url(), steps, ...options });
  const messages = await (await client.watch(id)).ended(150_000);
  const runEnd = expectWholeStream(messages);
  const run = await client.read(id);
  const count = run.events.length;
  expect(run.events.map(({ seq }) => seq)).toEqual(range(1, count));
  const stored = await eventually(async () => {
    const found = await reader.stored(id);
    expect(found.at(-1)?.data.kind).toBe('end');
    return found;
  });
  expect(stored.flatMap(({ data }) => data.seq ?? [])).toEqual(range(1, count));
  return { id, run, runEnd, messages, stored };
}

const largest = (messages: readonly SseMessage[]) => Math.max(...messages.map(({ raw }) => raw.length));
const MARK = /\n# truncated: the tree has \d+ characters$/;

function expectTruncated({ steps }: RunView, index: number): void {
  const { a11y } = steps[index]!;
  expect(a11y?.length).toBeGreaterThan(100_000);
  expect(a11y?.length).toBeLessThan(201_000);
  expect(a11y).toMatch(MARK);
}

test.each(['/tree', '/words'])(
  'row 19: the accessibility tree of %s, of 5 MiB, is truncated and says so; no event is lost (I6)',
  async (path) => {
    const steps = [
      { action: 'goto', url: path, timeoutMs: 60_000 },
      { action: 'snapshot', timeoutMs: 60_000 },
    ];
    const { run, runEnd, messages } = await carriedOut(steps, { captureA11yAfterEachStep: true });
    expect(runEnd).toEqual({ status: 'pass' });
    expectTruncated(run, 1);
    expect(largest(messages)).toBeLessThan(10_000);
  },
);

test('row 19: a step that is larger than a message of NATS is truncated in its events and says so; run_end arrives (I6)', async () => {
  // Each sign takes six bytes in JSON, and what is redacted grows: together more than the 1 MiB of the request.
  const value = Array.from({ length: 100 }, () => '\u0001'.repeat(1_620) + 'abc.'.repeat(95));
  const steps = [
    { action: 'goto', url: '/options' },
    { action: 'fill', selector: '#name', value: 'abc' },
    { action: 'selectOption', selector: '#s', value, timeoutMs: 300 },
  ];
  const { runEnd, messages, stored } = await carriedOut(steps);
  expect(runEnd).toMatchObject({ status: 'fail' });
  expect(largest(messages)).toBeLessThan(MIB / 4);
  expect(JSON.stringify(messages.find(isEvent('step_start', 2))?.data)).toContain('truncated: ');
  expect(JSON.stringify(stored.find(({ data }) => data.type === 'step_failure')?.data)).toContain(
    'truncated: ',
  );
});

test('row 19: pages that flood the console disturb neither their own runs nor the one beside them', async () => {
  const before = await residentMib();
  const steps = (path: string) => [
    { action: 'goto', url: path },
    { action: 'waitForSelector', selector: '#later', timeoutMs: 60_000 },
  ];
  const [flooded, drowned, beside] = await Promise.all([
    carriedOut(steps('/console')),
    carriedOut(steps('/deluge')),
    carriedOut([{ action: 'goto', url: '/plain' }, { action: 'snapshot' }]),
  ]);
  for (const { runEnd } of [flooded, drowned, beside]) expect(runEnd).toEqual({ status: 'pass' });
  expect((await residentMib()) - before).toBeLessThan(MEMORY_MIB);
});

test.each([
  ['/hidden', 100, { status: 'pass', steps: [{ ok: true }, { ok: true }] }],
  ['/shown', SHOWN_MIB, { status: 'pass', steps: [{ ok: true }, { ok: true }] }],
  [
    '/too-large',
    TOO_LARGE_MIB,
    {
      status: 'fail',
      stopReason: 'step_failed',
      steps: [{ ok: true }, { ok: false, error: expect.stringContaining('a message of more than 8 MiB') }],
    },
  ],
])(
  'row 19: %s, a page of %i MiB, is opened; its run ends with all its events, and the runner goes on',
  { timeout: 180_000 },
  async (path, _, ended) => {
    const before = await residentMib();
    const steps = [
      { action: 'goto', url: path, timeoutMs: 60_000 },
      { action: 'snapshot', timeoutMs: 60_000 },
    ];
    const { run } = await carriedOut(steps);
    expect(run).toMatchObject(ended);
    if (path === '/shown') expectTruncated(run, 1);
    expect((await residentMib()) - before).toBeLessThan(MEMORY_MIB);
    const next = await carriedOut([{ action: 'goto', url: '/plain' }]);
    expect(next.runEnd).toEqual({ status: 'pass' });
  },
);
