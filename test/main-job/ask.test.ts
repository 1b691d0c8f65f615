/* A flow that stops at a login with a code: a person answers, on whichever way, and it passes. */
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { leftLate } from '../support/http/run-stream.ts';
import { isEvent } from '../support/http/sse.ts';
import { runCli } from '../support/stack/cli.ts';
import { UNHURRIED, useStack } from '../support/stack/use-stack.ts';

const bench = useStack({ env: UNHURRIED });

const ASK = {
  action: 'ask',
  text: 'Which code was sent to ${inputs.user}?',
  fields: [
    { name: 'code', label: 'Code', type: 'code' },
    { name: 'pin', type: 'password', optional: true },
  ],
};
const LOGIN = [
  { action: 'goto', url: '/form' },
  ASK,
  { action: 'fill', selector: 'input[name=name]', value: '${answers.code}', secret: false },
  { action: 'expect', is: 'value', selector: 'input[name=name]', equals: '123456' },
];

const start = (steps: readonly object[], more: object = {}) =>
  bench.client.start({
    baseUrl: bench.site.url,
    steps: steps as never,
    inputs: { user: 'ann@example.com' },
    ...more,
  });

/** The run waits for a person. */
const untilItAsks = (id: string) =>
  eventually(async () => {
    const { body } = await bench.client.request<{ waitingFor?: { code: string; for: string } }>(
      'GET',
      `/v1/runs/${id}?hints=1`,
    );
    expect(body.waitingFor?.code).toBe('answer');
    return body.waitingFor!;
  });

const answer = (id: string, values: object) =>
  bench.client.request('POST', `/v1/runs/${id}/answer`, { body: { values } });

it('a run asks, is answered over REST, types the answer and passes; a watcher sees each step', async () => {
  const id = await start(LOGIN);
  const watch = await bench.client.watch(id);
  const asked = await watch.until(isEvent('waiting_for_person'));
  expect(asked.data).toMatchObject({
    stepIndex: 1,
    payload: { text: 'Which code was sent to ann@example.com?', fields: [{ name: 'code' }, { name: 'pin' }] },
  });
  expect((await untilItAsks(id)).for).toMatch(
    /^It asks a person: Which code was sent to ann@example\.com\? If nobody/,
  );
  expect(await answer(id, { code: '123456', pin: 'hush-hush' })).toMatchObject({ status: 200 });
  const messages = await watch.ended();
  const types = messages.flatMap(({ data }) => (data as { type?: string }).type ?? []);
  expect(types.filter((type) => /person|resumed|step_success/.test(type))).toEqual([
    'step_success',
    'waiting_for_person',
    'resumed',
    'step_success',
    'step_success',
    'step_success',
  ]);
  expect(await bench.client.read(id)).toMatchObject({ status: 'pass' });
  expect(JSON.stringify(messages)).not.toContain('hush-hush');
});

it('a run is answered by the command line', async () => {
  const id = await start(LOGIN);
  await untilItAsks(id);
  const env = { GHOSTLY_URL: bench.client.url, GHOSTLY_API_KEY: bench.stack.apiKey };
  const { code, out } = await runCli(['answer', id, 'code=123456'], { env });
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('answered step 2 of') });
  await (await bench.client.watch(id)).ended();
  expect(await bench.client.read(id)).toMatchObject({ status: 'pass' });
  const again = await runCli(['answer', id, 'code=1', '--step', '2'], { env });
  expect(again.code).toBe(5);
});

it('a terminal lists what waits for its user, makes a link for another person, and forbids links', async () => {
  const id = await start(LOGIN);
  await untilItAsks(id);
  const env = { GHOSTLY_URL: bench.client.url, GHOSTLY_API_KEY: bench.stack.apiKey };
  const cli = async (...args: string[]) => {
    const { code, out } = await runCli(args, { env });
    return { code, out: out.trim() };
  };
  await eventually(async () => {
    const { out } = await cli('runs', '--waiting-for-person', '--json');
    expect((JSON.parse(out) as { id: string }[]).map((run) => run.id)).toEqual([id]);
  });
  const { out: url } = await cli('answer', id, '--link');
  expect(url).toMatch(/^http:\/\/[^/]+\/#\/answer\/[\w-]{80}$/);
  expect(await cli('answer', id, '--link', 'code=1')).toMatchObject({ code: 2 });

  const { project } = (await bench.client.read(id)) as { project: string };
  expect(await cli('projects', 'answer-links', project, 'off')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^links do not answer/),
  });
  const path = `/v1/answers/${url.split('/').at(-1)}`;
  const byLink = () =>
    fetch(`${bench.client.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ values: { code: '123456' } }),
    });
  expect((await byLink()).status).toBe(403);
  expect(await cli('answer', id, '--link')).toMatchObject({ code: expect.any(Number), out: '' });
  await cli('projects', 'answer-links', project, 'on');
  expect((await byLink()).status).toBe(200);
  await (await bench.client.watch(id)).ended();
  expect(await bench.client.read(id)).toMatchObject({ status: 'pass' });
  const again = await runCli(['answer', id, 'code=1', '--step', '2'], { env });
  expect(again).toMatchObject({ code: 5 });
});

it('I10: a password that was answered is in nothing that the run shows', async () => {
  const steps = [
    { action: 'goto', url: '/form' },
    ASK,
    { action: 'fill', selector: 'input[name=name]', value: '${answers.pin}' },
    { action: 'extract', name: 'typed', selector: 'input[name=name]', as: 'value' },
    { action: 'fill', selector: 'input[name=name]', value: 'x ${answers.pin} y', secret: false },
    { action: 'click', selector: '#never', timeoutMs: 500 },
  ];
  const id = await start(steps);
  await untilItAsks(id);
  await answer(id, { code: '1', pin: 'correct-horse' });
  const messages = await (await bench.client.watch(id)).ended();
  const shown = [messages, await bench.client.read(id)].map((one) => JSON.stringify(one)).join();
  expect(shown).toContain('[REDACTED]');
  expect(shown).not.toContain('correct-horse');
});

it('nobody answers: the run fails and says so, or goes on if it is to', async () => {
  const short = { ...ASK, timeoutMs: 1_000 };
  const id = await start([LOGIN[0]!, short]);
  await (await bench.client.watch(id)).ended();
  expect(await bench.client.read(id)).toMatchObject({
    status: 'fail',
    stopReason: 'unanswered',
    steps: [{ ok: true }, { ok: false, error: expect.stringContaining('nobody answered in time') }],
  });
  const other = await start([LOGIN[0]!, { ...short, onTimeout: 'continue' }]);
  await (await bench.client.watch(other)).ended();
  expect(await bench.client.read(other)).toMatchObject({ status: 'pass' });
});

it('I3, I4: a run that asks is stopped at once, and no answer is taken after that', async () => {
  const id = await start(LOGIN);
  const watch = await bench.client.watch(id);
  await untilItAsks(id);
  await bench.client.cancel(id, { body: {} });
  expect(leftLate(await watch.ended())).toEqual([]);
  expect(await bench.client.read(id)).toMatchObject({ status: 'fail', outcome: 'cancelled' });
  expect((await answer(id, { code: '1' })).status).toBe(409);
});
