/* What a page says is the same in every face, while its step goes on and in the end. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agent, overStdio } from '../../support/agents/agent.ts';
import { isEvent, isRunEnd, type SseMessage, type StreamData } from '../../support/http/sse.ts';
import { connectReader } from '../../support/servers/nats-reader.ts';
import { type SayingSite, startSayingSite } from '../../support/sites/saying-site.ts';
import { runCli } from '../../support/stack/cli.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack();
let site: SayingSite;
let agent: Agent;
beforeAll(async () => {
  [site, agent] = await Promise.all([startSayingSite(), overStdio(bench)]);
});
afterAll(async () => {
  await agent?.close();
  await site?.[Symbol.asyncDispose]();
});

const click = (id: string) => ({ action: 'click', selector: `#${id}` });
const WAITS = { action: 'waitForSelector', selector: '#never' };
const saidIn = (messages: readonly { data: StreamData }[]) =>
  messages.flatMap(({ data }) => (data.type === 'page_said' ? [data] : []));
const itemsOf = (messages: readonly SseMessage[]) =>
  saidIn(messages).flatMap(({ payload }) => payload!.said as { kind: string }[]);

test('a dialog, an error and a failed request are said while a later step waits, in every face alike', async () => {
  await using reader = await connectReader(bench.stack.nats.readerUrl);
  const steps = [
    { action: 'goto', url: '/' },
    ...['confirm', 'error', 'throw', 'fetch500', 'alert-soon'].map(click),
    { ...WAITS, timeoutMs: 6_000 },
  ];
  const id = await bench.client.start({ baseUrl: site.url, steps });
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('page_said', 6));
  expect(watch.messages.some(isRunEnd)).toBe(false);
  const messages = await watch.ended();
  expect(itemsOf(messages)).toEqual(
    expect.arrayContaining([
      { kind: 'dialog', dialog: 'alert', text: 'Session over', answer: 'dismissed' },
      { kind: 'dialog', dialog: 'confirm', text: 'Delete all?', answer: 'dismissed' },
      { kind: 'console', level: 'error', text: 'TypeError: broken' },
      { kind: 'error', text: 'RangeError: too far' },
      expect.objectContaining({ kind: 'request', status: 500, url: `${site.url}/500?q=` }),
    ]),
  );

  const said = saidIn(messages);
  const json = (events: readonly object[]) => events.map((event) => JSON.stringify(event));
  const { events } = await bench.client.read(id);
  expect(json(events.filter(({ type }) => type === 'page_said'))).toEqual(
    json(said.map(({ kind: _, ...event }) => event)),
  );
  const stored = await reader.stored(id);
  expect(json(saidIn(stored).map(({ runId: _, ...event }) => event))).toEqual(json(said));
  const env = { GHOSTLY_URL: bench.client.url, GHOSTLY_API_KEY: bench.stack.apiKey };
  const [asJson, asText] = await Promise.all([
    runCli(['watch', id, '--json'], { env }),
    runCli(['watch', id], { env }),
  ]);
  const lines = asJson.out.split('\n').filter((line) => line.includes('"page_said"'));
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual(said);
  expect(asText.out).toContain('confirm Delete all?: dismissed');
  const { data } = await agent.call<{ steps: { said?: string[] }[] }>('get_run', { id });
  expect(data.steps.at(-1)?.said).toContain('alert Session over: dismissed');
});

test('I3, I9: what an onCancel step makes its page say is said as its own, before its end', async () => {
  const flow = {
    baseUrl: site.url,
    steps: [
      { action: 'goto', url: '/' },
      { ...WAITS, timeoutMs: 120_000 },
    ],
    onCancel: [click('alert')],
  };
  const id = await bench.client.start(flow);
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('step_start', 1));
  await bench.client.cancel(id);
  const messages = await watch.ended();
  expect(saidIn(messages).at(-1)).toMatchObject({
    stepIndex: 0,
    payload: { phase: 'onCancel', said: [{ kind: 'dialog', text: 'Saved', answer: 'dismissed' }] },
  });
  const types = messages.map(({ data }) => data.type);
  expect(types.lastIndexOf('page_said')).toBeLessThan(types.indexOf('cleanup_success'));
});

test('I11: a file that a page offered is kept with its run, and served as nothing that a browser shows', async () => {
  const steps = [
    { action: 'goto', url: '/' },
    { ...click('download'), download: { as: 'report' } },
  ];
  const id = await bench.client.start({ baseUrl: site.url, steps });
  const messages = await (await bench.client.watch(id)).ended();
  const [download] = itemsOf(messages).filter(({ kind }) => kind === 'download') as { path?: string }[];
  expect(download).toMatchObject({
    name: 'report.csv',
    bytes: 8,
    path: expect.stringMatching(/-report-.*\.bin$/),
  });
  const address = `${bench.client.url}/artifacts/${download!.path}`;
  const file = await fetch(address, { headers: { 'X-Api-Key': bench.stack.apiKey } });
  expect(await file.text()).toBe('a;b\n1;2\n');
  expect(Object.fromEntries(file.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment',
    'x-content-type-options': 'nosniff',
  });
  expect((await fetch(address)).status).toBe(401);
});
