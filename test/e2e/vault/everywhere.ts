/* A run logs in with a password and a code that nobody may read: its results are everywhere, and they are nowhere. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Agent, overStdio } from '../../support/agents/agent.ts';
import { eventually, PATIENCE_MS } from '../../support/eventually.ts';
import { isRunEnd, type SseMessage } from '../../support/http/sse.ts';
import { formsOf, foundIn } from '../../support/secret-forms.ts';
import { connectReader } from '../../support/servers/nats-reader.ts';
import { ADMIN } from '../../support/stack/stack.ts';
import { openDesk } from '../../support/visualiser/desk.ts';
import { ghostly, haveSent, PASSWORD, placesOf, SEED, useVault, whereFound } from './bench.ts';

const IN_HEAP = 'planted: it is in the process while its request is';
const PLANTED = 'planted & "to be found" <ñ>';

const bench = useVault();
let agent: Agent;
let folder: string;
let ids: string[];
let seen: (readonly SseMessage[])[];

const flow = () => ({
  baseUrl: bench.bank.url,
  name: 'bank',
  captureScreenshotAfterEachStep: true,
  captureA11yAfterEachStep: true,
  playwrightTrace: 'on',
  inputs: { user: 'ann', rows: 2, planted: PLANTED },
  inputsSchema: {
    type: 'object',
    properties: { user: { type: 'string' }, rows: { type: 'integer' }, planted: { type: 'string' } },
    required: ['user'],
  },
  steps: [
    { action: 'goto', url: '/' },
    { action: 'fill', selector: '#user', value: '${inputs.user}', secret: false },
    { action: 'fill', selector: '#password', value: '${secrets.bank.password}' },
    { action: 'click', selector: '#next' },
    { action: 'extract', name: 'echo', selector: '.echo', as: 'list' },
    { action: 'fill', selector: '#code', value: '${totp.bank_code}' },
    { action: 'click', selector: '#in' },
    { action: 'extract', name: 'lines', selector: '#lines', as: 'table', schema: LINES },
    { action: 'extract', name: 'total', selector: '#total', schema: { type: 'number' } },
    { action: 'expect', is: 'text', selector: '#total', gte: 1207.5, lte: 1207.5 },
    { action: 'expect', is: 'count', selector: '#lines tbody tr', equals: '${inputs.rows}' },
    { action: 'extract', name: 'code', selector: '.echo', as: 'list' },
    { action: 'expect', is: 'text', selector: '#echo0', equals: 'else', timeoutMs: 300, optional: true },
    { action: 'set', name: 'planted', value: '${inputs.planted}' },
    { action: 'snapshot' },
  ],
});
const LINES = {
  type: 'array',
  items: { type: 'object', properties: { Article: { type: 'string' }, Price: { type: 'number' } } },
};
const HIDDEN = ['[REDACTED]', '[REDACTED]', '[REDACTED]', '"[REDACTED]"'];
const RESULTS = {
  lines: [
    { Article: 'Pen \u00f1\u2603', Price: 1200.5 },
    { Article: 'Ink "\\', Price: 7 },
  ],
  total: 1207.5,
  planted: PLANTED,
};

beforeAll(async () => {
  [agent, folder] = await Promise.all([overStdio(bench), mkdtemp(join(tmpdir(), 'vault-'))]);
  // At once: there is one code for both.
  ids = await Promise.all([bench.client.start(flow()), bench.client.start(flow())]);
  seen = await Promise.all(ids.map(async (id) => (await bench.client.watch(id)).ended(3 * PATIENCE_MS)));
});
afterAll(async () => {
  await agent?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A request whose body has not come to its end: the gateway has what there is of it. */
async function beginStart(): Promise<void> {
  const { hostname, port } = new URL(bench.client.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  const head = [
    'POST /v1/run HTTP/1.1',
    `Host: ${hostname}:${port}`,
    `X-Api-Key: ${bench.env.GHOSTLY_API_KEY}`,
  ];
  socket.write(`${[...head, 'Content-Length: 9000'].join('\r\n')}\r\n\r\n{"name":"${IN_HEAP}`);
}

interface Found {
  status: string;
  results?: Record<string, unknown>;
}

test('two runs at once log in, each with a code of its own', async () => {
  for (const id of ids) expect(await bench.client.read(id)).toMatchObject({ status: 'pass' });
  expect(new Set(bench.bank.codes).size).toBe(2);
  const typed = bench.bank.sent.flatMap((form) => form.get('password') ?? []);
  expect(typed).toEqual([PASSWORD, PASSWORD]);
  expect(bench.bank.overSocket).toBeGreaterThan(0);
});

test('what was used is said in the events, before the end of its step, and in the record of the secret', async () => {
  const used = seen[0]!.filter(({ data }) => data.type === 'secret_used').map(({ data }) => data);
  expect(used).toMatchObject([
    { stepIndex: 2, payload: { name: 'bank', origin: bench.bank.url } },
    { stepIndex: 5, payload: { name: 'bank_code', origin: bench.bank.url } },
  ]);
  const types = seen[0]!.map(({ data }) => data.type);
  expect(types[types.indexOf('secret_used') + 1]).toBe('step_success');
  const path = `/v1/projects/${await bench.client.project()}/secrets/bank/uses`;
  const { body } = await bench.client.request<object[]>('GET', path);
  expect(body).toHaveLength(2);
  expect(body[0]).toMatchObject({ stepIndex: 2, origin: bench.bank.url, version: 1, user: ADMIN.email });
});

test('the results are byte for byte the same in REST, SSE, NATS, webhook, CLI, MCP and page', async () => {
  const [id = ''] = ids;
  const { body } = await bench.client.request<Found>('GET', `/v1/runs/${id}`);
  expect(body.results).toMatchObject(RESULTS);
  // The password in base64 has bytes of its neighbours at its end.
  for (const name of ['echo', 'code'])
    expect(body.results?.[name]).toEqual([
      HIDDEN[0],
      expect.stringMatching(/^\[REDACTED\].{0,3}$/),
      ...HIDDEN.slice(2),
    ]);
  const wanted = JSON.stringify(body.results);
  const end = seen[0]!.find(isRunEnd);
  expect(JSON.stringify(end?.data.payload?.results)).toBe(wanted);
  await using reader = await connectReader(bench.stack.nats.readerUrl);
  await eventually(async () => {
    const published = (await reader.stored(id)).find(({ data }) => data.type === 'run_end');
    expect(JSON.stringify(published?.data.payload?.results)).toBe(wanted);
  });
  const message = await eventually(() => {
    const found = bench.receiver.received.find(({ type, runId }) => type === 'run.finished' && runId === id);
    expect(found).toBeDefined();
    return JSON.parse(found!.body) as { data: { run: Found } };
  });
  expect(JSON.stringify(message.data.run.results)).toBe(wanted);
  const file = join(folder, 'found.json');
  const { code, err } = await ghostly(bench, ['watch', id, '--output', file]);
  expect(code, err).toBe(0);
  expect(JSON.stringify(JSON.parse(await readFile(file, 'utf8')))).toBe(wanted);
  const { data } = await agent.call<{ results?: object }>('get_run', { id });
  expect(JSON.stringify(data.results)).toBe(wanted);
  await using desk = await openDesk(bench.client.url, ADMIN);
  const page = await desk.openSignedIn(`#/runs/${id}`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click('[aria-label*="save all"]'),
  ]);
  expect(JSON.stringify(JSON.parse(await readFile(await download.path(), 'utf8')))).toBe(wanted);
});

test('I10, I17: password, seed and codes are nowhere, in no form; what was planted is', async () => {
  for (const id of ids) {
    await bench.client.request('GET', `/v1/runs/${id}/flow`);
    await ghostly(bench, ['watch', id]);
  }
  await beginStart();
  await haveSent(bench, ids);
  const places = await eventually(async () => {
    const all = await placesOf(bench);
    expect(all.get('heap of the gateway')?.includes(IN_HEAP)).toBe(true);
    return all;
  });
  expect(whereFound(places, [PASSWORD, SEED, ...bench.bank.codes])).toEqual([]);
  // The same search finds what is there.
  for (const place of ['database', 'NATS', 'webhooks'])
    expect(foundIn(places.get(place)!, PLANTED), place).toContain('JSON, 1 deep');
  for (const place of ['logs', 'traces'])
    expect(foundIn(places.get(place)!, ids[0]!), place).toContain('clear');
  expect(places.get('artifacts')?.includes('PNG')).toBe(true);
  expect(places.get('artifacts')?.includes('"type":"frame-snapshot"')).toBe(true);
  for (const [name, form] of formsOf(PASSWORD))
    expect(foundIn(Buffer.concat([Buffer.from('..'), form, Buffer.from('..')]), PASSWORD)).toContain(name);
});
