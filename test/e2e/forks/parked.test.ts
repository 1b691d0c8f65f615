/* A run that waits for a person without a runner and a browser: another one opens its page again, and it is signed in. */
import { expect, it } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { expectWholeStream, leftLate } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { ALL_THERE, SIGN_IN } from '../../support/sites/account-steps.ts';
import { LEASE_MS, startLabelled } from '../../support/stack/use-stack.ts';
import { useForks } from './bench.ts';

const bench = useForks();

const ASK = {
  action: 'ask',
  text: 'Which code?',
  fields: [{ name: 'code', label: 'Code', type: 'code' }],
} as const;
/** What is known of it before it is parked, and what it needs of the answer. */
const LOGIN = [
  ...SIGN_IN,
  { action: 'set', name: 'seen', value: { n: 7 } },
  ASK,
  ...ALL_THERE,
  { action: 'set', name: 'code', value: '${answers.code}' },
  { action: 'set', name: 'again', value: '${results.seen.n}' },
];
const ASKS = SIGN_IN.length + 1;

const begin = (steps: readonly object[], more: object = {}) =>
  bench.client.start({ baseUrl: bench.account.url, steps: steps as never, ...more });
const post = (id: string, what: string, body: object = {}) =>
  bench.client.request<{ error?: { code: string } }>('POST', `/v1/runs/${id}/${what}`, { body });
const answer = (id: string) => post(id, 'answer', { values: { code: '123456' } });

interface Waits {
  state: string;
  waitingFor?: { code: string; for: string; parked?: true; runner?: string };
}
const read = async (id: string) => (await bench.client.request<Waits>('GET', `/v1/runs/${id}?hints=1`)).body;
const untilParked = (id: string) =>
  eventually(async () => {
    const run = await read(id);
    expect(run.state).toBe('running.parked');
    return run;
  });

it('gives up its browser at once where its flow says so, and goes on with all of its storage once it is answered', async () => {
  const id = await begin(LOGIN, { parkAfterMs: 0 });
  const watch = await bench.client.watch(id);
  const { waitingFor } = await untilParked(id);
  expect(waitingFor).toMatchObject({
    code: 'answer',
    parked: true,
    for: expect.stringMatching(/^It asks a person: Which code\? If .*It is parked: it has no runner/),
  });
  expect(waitingFor).not.toHaveProperty('runner');
  expect(await rows(bench.stack.databaseUrl, 'select from leases where run_id = $1', [id])).toEqual([]);
  const before = bench.account.signIns;
  const all = await Promise.all([answer(id), answer(id), answer(id)]);
  expect(all.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toMatchObject({ status: 'pass' });
  expect(bench.account.signIns).toBe(before);
  expect(await bench.client.read(id)).toMatchObject({
    status: 'pass',
    results: { seen: { n: 7 }, code: '123456', again: 7 },
  });
  const types = messages.flatMap(({ data }) => (data as { type?: string }).type ?? []);
  expect(types.filter((type) => /person|parked|reopened|resumed/.test(type))).toEqual([
    'waiting_for_person',
    'run_parked',
    'run_reopened',
    'resumed',
  ]);
  expect(messages.find(isEvent('run_parked'))?.data).toMatchObject({
    stepIndex: ASKS,
    payload: { why: 'waited' },
  });
  expect(messages.find(isEvent('run_reopened'))?.data).toMatchObject({
    payload: {
      notCarried: [
        { what: 'form_fields', why: 'never' },
        { what: 'page_memory', why: 'never' },
      ],
    },
  });
});

it.each(['answer', 'resume'] as const)(
  'a runner that is killed -9 while its run waits does not fail it: %s, and it passes on another one',
  async (how) => {
    const label = `killed-${how}`;
    const runner = await startLabelled(bench.stack, label);
    const steps =
      how === 'answer'
        ? LOGIN
        : [...SIGN_IN, { ...ALL_THERE[0], equals: 'Nobody', timeoutMs: 1_000 }, ...ALL_THERE];
    const pauses = how === 'resume' && { pauseOnFailure: { forMs: 600_000 } };
    const id = await begin(steps, { runnerLabels: [label], ...pauses });
    const watch = await bench.client.watch(id);
    await watch.until(isEvent('waiting_for_person'));
    await eventually(async () =>
      expect(
        await rows(bench.stack.databaseUrl, `select from page_states where run_id = $1 and kind = 'park'`, [
          id,
        ]),
      ).toHaveLength(1),
    );
    runner.signal('SIGKILL');
    await runner.exited;
    const parked = await watch.until(isEvent('run_parked'));
    expect(parked.data).toMatchObject({ payload: { why: 'lost', verdict: { owner: expect.any(String) } } });
    expect((await untilParked(id)).waitingFor).toMatchObject({ code: how, parked: true });
    expect((await (how === 'answer' ? answer(id) : post(id, 'skip'))).status).toBe(
      how === 'answer' ? 200 : 202,
    );
    const other = await startLabelled(bench.stack, label, LEASE_MS);
    expect(expectWholeStream(await watch.ended())).toMatchObject({ status: 'pass' });
    await other.stop();
  },
);

it('a runner that shuts down parks what waits for a person, at once', async () => {
  const runner = await startLabelled(bench.stack, 'leaving');
  const id = await begin(LOGIN, { runnerLabels: ['leaving'] });
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('waiting_for_person'));
  runner.signal('SIGTERM');
  await runner.exited;
  const parked = await watch.until(isEvent('run_parked'));
  expect(parked.data).toMatchObject({ payload: { why: 'drained' } });
  await answer(id);
  expect((await read(id)).waitingFor).toMatchObject({ code: 'no_fitting_runner' });
  const other = await startLabelled(bench.stack, 'leaving', LEASE_MS);
  expect(expectWholeStream(await watch.ended())).toMatchObject({ status: 'pass' });
  await other.stop();
});

it('is stopped while it is parked like any other run, and by the end of the time of its person', async () => {
  const [stopped, late, goesOn] = await Promise.all([
    begin(LOGIN, { parkAfterMs: 0 }),
    begin([...SIGN_IN, { ...ASK, timeoutMs: 1_000 }], { parkAfterMs: 0 }),
    begin([...SIGN_IN, { ...ASK, timeoutMs: 1_000, onTimeout: 'continue' }, ...ALL_THERE], {
      parkAfterMs: 0,
    }),
  ]);
  const [ofStopped, ofLate, ofOther] = await Promise.all(
    [stopped, late, goesOn].map((id) => bench.client.watch(id)),
  );
  await ofStopped!.until(isEvent('run_parked'));
  await bench.client.cancel(stopped, { body: {} });
  const messages = await ofStopped!.ended();
  expect(expectWholeStream(messages)).toMatchObject({ status: 'fail', cancelled: true });
  expect(leftLate(messages)).toEqual([]);
  expect((await answer(stopped)).status).toBe(409);
  expect(expectWholeStream(await ofLate!.ended())).toMatchObject({ status: 'fail' });
  expect(await bench.client.read(late)).toMatchObject({ stopReason: 'unanswered' });
  expect(expectWholeStream(await ofOther!.ended())).toEqual({ status: 'pass' });
});
