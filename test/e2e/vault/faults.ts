/* Owners of runs that are lost, or stopped, while they have a secret in their hands. */
import { expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { expectWholeStream, leftLate } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { installHeldCommits } from '../../support/servers/held-commits.ts';
import { startLabelled } from '../../support/stack/use-stack.ts';
import { haveSent, PASSWORD, placesOf, SEED, useVault, whereFound } from './bench.ts';

const bench = useVault();

const startRunner = (label: string) => startLabelled(bench.stack, label);

const start = (steps: { action: string; [field: string]: unknown }[], more: object = {}) =>
  bench.client.start({ baseUrl: bench.bank.url, ...more, steps });

const LOGIN = { action: 'goto', url: '/' };
const PASSWORD_STEP = { action: 'fill', selector: '#password', value: '${secrets.bank.password}' };
const CODE = { action: 'fill', selector: '#user', value: '${totp.slow_code}', timeoutMs: 120_000 };

const usesOf = (id: string) =>
  rows<{ name: string; step: number }>(
    bench.stack.databaseUrl,
    'select name, step from secret_uses where run_id = $1 order by at',
    [id],
  );
/** Waits until the run has taken a code. */
async function untilItWaits(id: string): Promise<void> {
  await eventually(async () => {
    const taken = await rows(bench.stack.databaseUrl, 'select from totp_uses where run_id = $1', [id]);
    expect(taken).toHaveLength(1);
  });
}
/** The next free code begins between one and two minutes later. */
const takeCodes = async () => {
  await rows(bench.stack.databaseUrl, 'delete from totp_uses');
  await rows(
    bench.stack.databaseUrl,
    `insert into totp_uses (project_id, name, counter, run_id)
     select project_id, name, floor(extract(epoch from clock_timestamp()) / 60)::bigint + n, gen_random_uuid()
     from secrets, generate_series(0, 1) as n where name = 'slow_code'`,
  );
};

async function expectNowhere(id: string): Promise<void> {
  await haveSent(bench, [id]);
  expect(whereFound(await placesOf(bench), [PASSWORD, SEED, ...bench.bank.codes])).toEqual([]);
}

test('I17: a runner that is killed between the opening and the typing of a code has typed nothing', async () => {
  await takeCodes();
  const runner = await startRunner('killed');
  const before = bench.bank.sent.length;
  const id = await start([LOGIN, PASSWORD_STEP, CODE, { action: 'click', selector: '#next' }], {
    runnerLabels: ['killed'],
  });
  const watch = await bench.client.watch(id);
  await untilItWaits(id);
  runner.signal('SIGKILL');
  await runner.exited;
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toMatchObject({ status: 'fail', staleAfterRestart: true });
  expect(bench.bank.sent.slice(before)).toEqual([]);
  // The record is before the opening; the event, with the end of a step, only where the owner lived to say it.
  expect(await usesOf(id)).toEqual([
    { name: 'bank', step: 1 },
    { name: 'slow_code', step: 2 },
  ]);
  const said = messages.filter(({ data }) => data.type === 'secret_used').map(({ data }) => data.stepIndex);
  expect(said).toEqual([1]);
  await expectNowhere(id);
});

test('I9: one that is killed between an extract and its commit has the secret in its record, and no result', async () => {
  const held = await installHeldCommits(bench.stack.databaseUrl);
  const runner = await startRunner('extract');
  const id = await start(
    [
      LOGIN,
      PASSWORD_STEP,
      { action: 'goto', url: '/late' },
      { action: 'extract', name: 'late', selector: '#late' },
    ],
    { runnerLabels: ['extract'] },
  );
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('step_start', 3));
  await held.hold(id, { state: 'running.stepping.acting' });
  bench.bank.release();
  await runner.logged('a transition could not be stored yet');
  runner.signal('SIGKILL');
  await runner.exited;
  await held.release(id);
  const messages = await watch.ended();
  const end = expectWholeStream(messages);
  expect(end).toMatchObject({ status: 'fail', staleAfterRestart: true });
  expect(end).not.toHaveProperty('results');
  expect(await usesOf(id)).toEqual([{ name: 'bank', step: 1 }]);
  await expectNowhere(id);
});

test('I10: a run that starts again knows before its first step what it has typed', async () => {
  bench.bank.forget();
  const first = await startRunner('again');
  const seen = { action: 'extract', name: 'seen', selector: '#seen' };
  const steps = [
    { action: 'goto', url: '/seen' },
    seen,
    LOGIN,
    { action: 'fill', selector: '#user', value: 'ann', secret: false },
    PASSWORD_STEP,
    { action: 'click', selector: '#next' },
    { ...CODE, selector: '#code' },
  ];
  await takeCodes();
  const id = await start(steps, { runnerLabels: ['again'], onRunnerLoss: 'requeue' });
  const watch = await bench.client.watch(id);
  await untilItWaits(id);
  first.signal('SIGKILL');
  await first.exited;
  await watch.until(isEvent('requeued'));
  const second = await startRunner('again');
  await eventually(async () => {
    const run = await bench.client.read(id, '?hints=1');
    expect(run).toMatchObject({ attempt: 2, results: { seen: '[REDACTED]' } });
  });
  await bench.client.cancel(id, { body: { mode: 'force' } });
  await watch.ended();
  await second.stop();
  await expectNowhere(id);
});

test.each(['graceful', 'force'])('I4: a %s cancel ends a run that waits for a code', async (mode) => {
  await takeCodes();
  const before = bench.bank.sent.length;
  const id = await start([LOGIN, CODE, { action: 'click', selector: '#next' }]);
  const watch = await bench.client.watch(id);
  await untilItWaits(id);
  await bench.client.cancel(id, { body: { mode } });
  const messages = await watch.ended();
  expect(leftLate(messages)).toEqual([]);
  expect(expectWholeStream(messages)).toMatchObject({ status: 'fail', cancelled: true });
  expect(bench.bank.sent.slice(before)).toEqual([]);
  expect(messages.find(({ data }) => data.type === 'secret_used')?.data).toMatchObject({
    stepIndex: 1,
    payload: { name: 'slow_code' },
  });
});
