/* A run is forked off another one, whatever has become of that: it is where that was. */
import { expect, it } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { ALL_THERE, SIGN_IN } from '../../support/sites/account-steps.ts';
import { runCli } from '../../support/stack/cli.ts';
import { LEASE_MS, startLabelled } from '../../support/stack/use-stack.ts';
import { begin, endOf, fork, forked, STAYS, useForks } from './bench.ts';

const bench = useForks();

/** The page before this step is kept. */
const untilKept = async (id: string, step: number) => {
  await eventually(async () => expect((await bench.client.read(id)).forkFrom).toContain(step));
  return bench.client.watch(id);
};

it('a fork is signed in and has all storage, its results and the steps before; its original goes on', async () => {
  const id = await begin(bench, [...SIGN_IN, { action: 'set', name: 'seen', value: { n: 7 } }, STAYS]);
  const watch = await untilKept(id, 5);
  const before = bench.account.signIns;
  const { body } = await fork(bench, id, {
    fromStep: 5,
    steps: [...ALL_THERE, { action: 'set', name: 'again', value: '${results.seen.n}' }],
  });
  expect(body.forkedFrom).toEqual({ runId: id, step: 5 });
  expect(body.notCarried).toEqual([
    { what: 'form_fields', why: 'never' },
    { what: 'page_memory', why: 'never' },
  ]);
  const run = await endOf(bench, body.id);
  expect(run).toMatchObject({
    status: 'pass',
    forkedFrom: { runId: id, step: 5 },
    results: { seen: { n: 7 }, again: 7 },
  });
  expect(run.steps.map(({ index, carried }) => [index, carried ?? false])).toEqual([
    [0, true],
    [1, true],
    [2, true],
    [3, true],
    [4, true],
    [5, false],
    [6, false],
    [7, false],
  ]);
  expect(run.events.find(({ type }) => type === 'carried_over')).toMatchObject({
    payload: { runId: id, fromStep: 5, notCarried: body.notCarried },
  });
  const begun = run.events.filter(({ type }) => type === 'step_start').map(({ stepIndex }) => stepIndex);
  expect(begun).toEqual([5, 6, 7]);
  expect(bench.account.signIns).toBe(before);
  const original = await bench.client.read(id, '?hints=1');
  expect(original).toMatchObject({ status: 'running', forks: [{ id: body.id, step: 5 }] });
  await bench.client.cancel(id, { body: {} });
  await watch.ended();
});

it('a run that was cancelled can be forked, and its fork at a step of its own or at its beginning', async () => {
  const id = await begin(bench, [...SIGN_IN, STAYS]);
  const watch = await untilKept(id, 4);
  await bench.client.cancel(id, { body: {} });
  await watch.ended();
  const first = await forked(bench, id, {
    fromStep: 4,
    steps: [{ action: 'click', selector: '#on' }, ...ALL_THERE],
  });
  expect(await endOf(bench, first)).toMatchObject({ status: 'pass', forkFrom: [4, 5, 6, 7] });
  for (const fromStep of [4, 5]) {
    const second = await forked(bench, first, {
      fromStep,
      steps: [
        ...ALL_THERE,
        { action: 'expect', is: 'url', contains: fromStep === 5 ? '/home#more' : '?first' },
      ],
    });
    expect(await endOf(bench, second)).toMatchObject({
      status: 'pass',
      forkedFrom: { runId: first, step: fromStep },
    });
  }
});

it('a step that failed is tried again from the page before it, by the command line', async () => {
  const id = await begin(bench, [...SIGN_IN, { action: 'click', selector: '#of', timeoutMs: 500 }]);
  expect(await endOf(bench, id)).toMatchObject({ status: 'fail', forkFrom: [1, 2, 3, 4] });
  const env = { GHOSTLY_URL: bench.client.url, GHOSTLY_API_KEY: bench.stack.apiKey };
  const { code, out, err } = await runCli(['fork', id, '--from', '5', '--watch', '--steps', '-'], {
    env,
    input: JSON.stringify([{ action: 'click', selector: '#on' }, ...ALL_THERE]),
  });
  expect({ code, err, out }).toMatchObject({
    code: 0,
    err: expect.stringContaining('Not carried over: what was typed into forms'),
    out: expect.stringContaining('begins with step 5 at the page of'),
  });
});

it('a run whose runner was killed after a checkpoint is forked on another runner', async () => {
  const runner = await startLabelled(bench.stack, 'first');
  const id = await begin(bench, [...SIGN_IN, STAYS], { runnerLabels: ['first'] });
  const watch = await untilKept(id, 4);
  runner.signal('SIGKILL');
  await runner.exited;
  await watch.ended();
  expect(await bench.client.read(id)).toMatchObject({
    status: 'fail',
    outcome: 'lost',
    forkFrom: [1, 2, 3, 4],
  });
  const other = await startLabelled(bench.stack, 'first', LEASE_MS);
  const next = await forked(bench, id, { fromStep: 4, steps: ALL_THERE });
  expect(await endOf(bench, next)).toMatchObject({ status: 'pass' });
  await other.stop();
});

it('a state that is copied over, or gone, or that a runner has no key for opens nothing, and the run says so', async () => {
  const [one, other] = [await begin(bench, SIGN_IN), await begin(bench, SIGN_IN)];
  for (const id of [one, other]) expect(await endOf(bench, id)).toMatchObject({ status: 'pass' });
  await rows(
    bench.stack.databaseUrl,
    `update page_states as mine set sealed = theirs.sealed from page_states as theirs
     where mine.run_id = $1 and theirs.run_id = $2 and mine.done = theirs.done`,
    [one, other],
  );
  const copied = await endOf(bench, await forked(bench, one, { fromStep: 3 }));
  expect(copied).toMatchObject({
    status: 'fail',
    stopReason: 'secrets_unopened',
    error: expect.stringContaining('cannot be opened: the sealed value belongs to another project'),
  });
  expect(copied.events.some(({ type }) => type === 'step_start')).toBe(false);

  const runnerLabels = ['keyless'];
  const keyless = await bench.stack.start('runner', {
    GHOSTLY_SEAL_KEY: undefined,
    GHOSTLY_LABELS: 'keyless',
  });
  const third = await begin(bench, SIGN_IN, { runnerLabels });
  const unkept = await endOf(bench, third);
  expect(unkept.events.find(({ type }) => type === 'notice')).toMatchObject({
    payload: { code: 'no_checkpoints' },
  });
  expect(await fork(bench, third, { fromStep: 3 })).toMatchObject({ status: 409 });
  await rows(
    bench.stack.databaseUrl,
    `update runs set options = '{"runnerLabels": ["keyless"]}' where id = $1`,
    [other],
  );
  const unopened = await endOf(bench, await forked(bench, other, { fromStep: 3 }));
  expect(unopened).toMatchObject({
    status: 'fail',
    error: expect.stringContaining('this runner has no key: its operator has to set GHOSTLY_SEAL_KEY'),
  });
  await keyless.stop();
  const waiting = await forked(bench, other, { fromStep: 3 });
  await rows(bench.stack.databaseUrl, 'delete from page_states where run_id = $1', [other]);
  const late = await startLabelled(bench.stack, 'keyless', LEASE_MS);
  expect(await endOf(bench, waiting)).toMatchObject({
    status: 'fail',
    error: expect.stringContaining('cannot be opened: it is not kept any more'),
  });
  await late.stop();
});
