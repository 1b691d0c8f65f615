/* What a run finds is byte for byte the same wherever it is read, and holds none of its secrets. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agent, overStdio } from '../../support/agents/agent.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { isRunEnd, type SseMessage } from '../../support/http/sse.ts';
import { connectReader, type NatsMessage } from '../../support/servers/nats-reader.ts';
import { startReceiver, type WebhookReceiver } from '../../support/servers/webhook-receiver.ts';
import { runCli } from '../../support/stack/cli.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const PIN = 'Tr0ub4dor & 3';
const SECOND = 987_654_321;

const bench = useStack();
let receiver: WebhookReceiver;
let agent: Agent;
let folder: string;
let id: string;
let seen: readonly SseMessage[];
let stored: NatsMessage[];

const flow = () => ({
  baseUrl: bench.site.url,
  name: 'what-is-found',
  inputs: { rows: 2, pin: PIN, second: SECOND },
  inputsSchema: {
    type: 'object',
    properties: {
      page: { type: 'string', default: 'orders' },
      rows: { type: 'integer' },
      pin: { type: 'string', writeOnly: true },
      second: { type: 'integer', format: 'password' },
    },
    required: ['rows'],
  },
  steps: [
    { action: 'goto', url: '/${inputs.page}' },
    { action: 'extract', name: 'lines', selector: '#lines', as: 'table', schema: LINES },
    { action: 'extract', name: 'total', selector: '#total', schema: { type: 'number' } },
    {
      action: 'set',
      name: 'summary',
      value: {
        rows: '${inputs.rows}',
        text: '${results.lines.0.Article} \u00e9\u2603\u{1f6a2} $${x} "\\',
        none: null,
      },
    },
    { action: 'expect', is: 'count', selector: '#lines tbody tr', equals: '${inputs.rows}' },
    { action: 'fill', selector: '#name', value: '${inputs.pin}' },
    { action: 'extract', name: 'leak', selector: '#name', as: 'value' },
    {
      action: 'set',
      name: 'more',
      value: ['${inputs.second}', 'n ${inputs.second}', { '${inputs.pin}': 1 }],
    },
    { action: 'expect', is: 'value', selector: '#name', equals: '${inputs.pin}' },
    { action: 'expect', is: 'value', selector: '#name', equals: 'else', timeoutMs: 300, optional: true },
    {
      action: 'expect',
      is: 'count',
      selector: '.one',
      equals: 5,
      timeoutMs: 300,
      optional: true,
      retry: { times: 2 },
    },
    { action: 'click', selector: '#never', when: { visible: '#never' } },
  ],
});
const LINES = {
  type: 'array',
  items: {
    type: 'object',
    properties: { Article: { type: 'string' }, Price: { type: 'number' }, 'In stock': { type: 'boolean' } },
    required: ['Article', 'Price', 'In stock'],
  },
};

const RESULTS = JSON.stringify({
  lines: [
    { Article: 'Pen', Price: 1200.5, 'In stock': true },
    { Article: 'Ink', Price: 7, 'In stock': false },
  ],
  total: 1207.5,
  summary: { rows: 2, text: 'Pen \u00e9\u2603\u{1f6a2} ${x} "\\', none: null },
  leak: '[REDACTED]',
  more: ['[REDACTED]', 'n [REDACTED]', { '${inputs.pin}': 1 }],
});

beforeAll(async () => {
  [receiver, agent, folder] = await Promise.all([
    startReceiver(),
    overStdio(bench),
    mkdtemp(join(tmpdir(), 'results-')),
  ]);
  const body = { url: receiver.url, events: ['run.queued', 'run.finished'] };
  await bench.client.request('POST', `/v1/projects/${await bench.client.project()}/webhooks`, { body });
  await using reader = await connectReader(bench.stack.nats.readerUrl);
  id = await bench.client.start(flow());
  seen = await (await bench.client.watch(id)).ended();
  stored = await eventually(async () => {
    const found = await reader.stored(id);
    expect(found.at(-1)?.data.kind).toBe('end');
    return found;
  });
});
afterAll(async () => {
  await agent?.close();
  await receiver?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const env = () => ({ GHOSTLY_URL: bench.client.url, GHOSTLY_API_KEY: bench.stack.apiKey });
const get = async (path: string) => (await bench.client.request('GET', path)).body;
interface Found {
  id: string;
  results?: unknown;
}

test('in the run, in lists that ask for it, and in searches', async () => {
  expect(await bench.client.read(id)).toMatchObject({ status: 'pass' });
  expect(JSON.stringify(((await get(`/v1/runs/${id}`)) as Found).results)).toBe(RESULTS);
  for (const query of ['?results=1', '?q=what-is-found&results=1']) {
    const found = (await get(`/v1/runs${query}`)) as Found[];
    expect(JSON.stringify(found.find((run) => run.id === id)?.results), query).toBe(RESULTS);
  }
  for (const query of ['', '?q=what-is-found']) {
    const found = (await get(`/v1/runs${query}`)) as Found[];
    expect(found.find((run) => run.id === id)).not.toHaveProperty('results');
  }
});

test('I6: in the last event, over SSE and NATS', () => {
  const [end] = seen.filter(isRunEnd);
  expect(JSON.stringify(end?.data.payload?.results)).toBe(RESULTS);
  const published = stored.find(({ data }) => data.type === 'run_end');
  expect(JSON.stringify(published?.data.payload?.results)).toBe(RESULTS);
});

test('in the message of a webhook that a run has ended, and in no other', async () => {
  await receiver.until(({ received }) => {
    expect(received.map(({ type }) => type)).toContain('run.finished');
  });
  const resultsIn = (type: string) => {
    const { body } = receiver.received.find((message) => message.type === type)!;
    return (JSON.parse(body) as { data: { run: Found } }).data.run.results;
  };
  expect(JSON.stringify(resultsIn('run.finished'))).toBe(RESULTS);
  expect(resultsIn('run.queued')).toBeUndefined();
});

test('in the file that `ghostly watch` writes, in its JSON, and as text at the end of its story', async () => {
  const file = join(folder, 'found.json');
  const [asJson, asText] = await Promise.all([
    runCli(['watch', id, '--json', '--output', file], { env: env() }),
    runCli(['watch', id], { env: env() }),
  ]);
  expect(asJson.code, asJson.err).toBe(0);
  expect(JSON.stringify(JSON.parse(await readFile(file, 'utf8')))).toBe(RESULTS);
  const end = asJson.out.split('\n').map((line) => JSON.parse(line) as SseMessage['data']);
  expect(JSON.stringify(end.find(({ type }) => type === 'run_end')?.payload?.results)).toBe(RESULTS);
  expect(asText.out).toMatch(/^total {2,}1207\.5$/m);
  expect(asText.out).toMatch(
    /^\u2717 expect \.one count = 5 {2}3 tries, optional .*\n {2}expected count = 5, found 2$/m,
  );
});

test('in the file of `ghostly run`, whose options give the inputs', async () => {
  const file = join(folder, 'run.json');
  const { inputs: _, ...rest } = flow();
  const given = ['--input', 'rows=2', '--input', `pin=${PIN}`, '--input', `second=${SECOND}`];
  const { code, err, out } = await runCli(['run', '-', ...given, '--output', file], {
    env: env(),
    input: JSON.stringify(rest),
  });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.stringify(JSON.parse(await readFile(file, 'utf8')))).toBe(RESULTS);
  expect(out).toMatch(/^PASS in /m);
});

test('in what an agent is answered', async () => {
  const { data, text, isError } = await agent.call<{ results?: object }>('get_run', { id });
  expect(isError, text).toBe(false);
  expect(JSON.stringify(data.results)).toBe(RESULTS);
});

test('a step that is optional, tried again or skipped is one step, and says so', async () => {
  const run = await bench.client.read(id);
  expect(run.steps.map(({ index }) => index)).toEqual(flow().steps.map((_, index) => index));
  const ended = seen.filter(({ data }) => /^step_(success|failure)$/.test(data.type ?? ''));
  expect(ended).toHaveLength(flow().steps.length);
  const [elsewhere, tooFew, skipped] = ended.slice(-3).map(({ data }) => data);
  expect(elsewhere).toMatchObject({
    type: 'step_failure',
    payload: { optional: true, expectation: { is: 'value', expected: '= "else"', found: '"[REDACTED]"' } },
  });
  expect(tooFew).toMatchObject({ type: 'step_failure', payload: { attempts: 3, optional: true } });
  expect(skipped).toMatchObject({ type: 'step_success', payload: { skipped: true } });
});

test('I10: secret inputs are nowhere, whatever names them', async () => {
  const records = await rows(
    bench.stack.databaseUrl,
    `select to_jsonb(events)::text as text from events union all select to_jsonb(steps)::text from steps
     union all select (to_jsonb(runs) - 'plan')::text from runs union all select to_jsonb(webhook_deliveries)::text from webhook_deliveries`,
  );
  const places = {
    stream: seen.map(({ raw }) => raw).join('\n'),
    run: (await bench.client.request('GET', `/v1/runs/${id}`)).text,
    flow: (await bench.client.request('GET', `/v1/runs/${id}/flow`)).text,
    nats: stored.map(({ raw }) => raw).join('\n'),
    webhook: receiver.received.map(({ body }) => body).join('\n'),
    logs: bench.stack.logs(),
    records: JSON.stringify(records),
  };
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(100);
    for (const secret of ['Tr0ub4dor', String(SECOND)]) expect(text.includes(secret), place).toBe(false);
  }
});
