/* A run is forked off another one: it is where that was. */
import { expect, it } from 'vitest';
import { isEvent } from '../../support/http/sse.ts';
import { startLabelled } from '../../support/stack/use-stack.ts';
import { ALL_THERE, begin, endOf, fork, forked, SIGN_IN, STAYS, useForks } from './bench.ts';

const bench = useForks();

it('a run that is forked off on another runner is signed in, and has local, session and database storage', async () => {
  const id = await begin(bench, [...SIGN_IN, { action: 'set', name: 'seen', value: { n: 7 } }, STAYS]);
  const watch = await bench.client.watch(id);
  await watch.until((message) => isEvent('step_start')(message) && message.data.stepIndex === 5);
  const before = bench.account.signIns;
  await startLabelled(bench.stack, 'elsewhere');
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
    steps: [
      { index: 0, carried: true },
      { index: 1, carried: true },
      { index: 2, carried: true },
      { index: 3, carried: true },
      { index: 4, carried: true },
      { index: 5, ok: true },
      { index: 6, ok: true },
      { index: 7, ok: true },
    ],
  });
  expect(run.events.find(({ type }) => type === 'carried_over')).toMatchObject({
    payload: { runId: id, fromStep: 5, notCarried: body.notCarried },
  });
  expect(run.events.filter(({ type }) => type === 'step_start').map(({ stepIndex }) => stepIndex)).toEqual([
    5, 6, 7,
  ]);
  expect(bench.account.signIns).toBe(before);
  expect(await bench.client.read(id)).toMatchObject({ forks: [{ id: body.id, step: 5 }] });
  await bench.client.cancel(id, { body: {} });
  await watch.ended();
  // One that was cancelled can be forked as before.
  expect(await endOf(bench, await forked(bench, id, { fromStep: 4, steps: ALL_THERE }))).toMatchObject({
    status: 'pass',
  });
});
