/* I6, I16: the sinks hear of what is stored once, in order; of a lost run is kept what it really did. */
import { expect, it } from 'vitest';
import { readLog } from '#shared/adapters/database/runs/log.ts';
import { stateOf } from '#shared/domain/run/snapshot.ts';
import { BEGUN, CANCEL, CLAIM, LAUNCHED, STEP_OK, TO_PASS } from '../../../support/database/runs.ts';
import { recorded, sql, useRecorders } from './recorder-world.ts';

useRecorders();

it('I6: the sinks hear in order of all that is stored, once, and with it what it brings', async () => {
  const run = await recorded();
  run.receive(...TO_PASS);
  await run.recorder.stored((stored) => stateOf(stored) === 'pass');
  const log = await readLog(sql(), run.id, 0, 100);
  const seqs = run.heard.flatMap(({ entries }) =>
    entries.flatMap((entry) => (entry.kind === 'assist' ? [entry.seq] : [])),
  );
  expect(seqs).toEqual(log!.events.map(({ seq }) => seq));
  expect(run.heard.flatMap(({ steps }) => steps.map(({ index, outcome }) => [index, outcome]))).toEqual([
    [0, 'ok'],
    [1, 'ok'],
  ]);
  const steps = await sql().rows('select index, ok from steps where run_id = $1 order by index', [run.id]);
  expect(steps).toEqual([
    { index: 0, ok: true },
    { index: 1, ok: true },
  ]);
  run.stop();
});

it('I16: what was not stored of a lost run is kept, but nothing of a step that was only announced', async () => {
  const run = await recorded();
  run.receive(CLAIM, LAUNCHED);
  await run.recorder.stored(({ context }) => context.announced === true);
  run.receive(BEGUN, STEP_OK);
  run.stop();
  expect(await run.late()).toEqual(['step_success', 'transition running.stepping.checkpoint']);
});

it('I16: only the end of its step is kept of what a lost run does then', async () => {
  const run = await recorded();
  run.receive(CLAIM, LAUNCHED, BEGUN);
  await run.recorder.stored(({ context }) => context.announced === true);
  run.stop();
  run.receive(STEP_OK, CANCEL);
  expect(await run.late()).toEqual(['step_success', 'transition running.stepping.checkpoint']);
});
