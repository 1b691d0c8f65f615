/* I6, I9, I12: what a page says is stored in order, before the end of its step and of its run. */
import { expect, it } from 'vitest';
import { readLog } from '#shared/adapters/database/runs/log.ts';
import type { Said } from '#shared/domain/events/said.ts';
import { stateOf } from '#shared/domain/run/snapshot.ts';
import { createHeard } from '../../../../services/runner/browser/said/heard.ts';
import type { PageSaid } from '../../../../services/runner/browser/said/page-said.ts';
import { BEGUN, CHECKED, CLAIM, LAUNCHED, SETTLED, STEP_OK } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { holdRow, recorded, sql, useRecorders } from './recorder-world.ts';

useRecorders();

const said = (text: string): Said => ({ kind: 'console', level: 'info', text });

/** A run whose page says what the test says. */
async function withPage() {
  const run = await recorded();
  let onHeard: () => void = () => undefined;
  let readings = 0;
  const heard = createHeard({ redact: async (text) => text, longest: 0 }, () => onHeard());
  const page: PageSaid = {
    read(most, { isEnd }) {
      if (!isEnd) readings += 1;
      return heard.read(most, isEnd);
    },
    get isEmpty() {
      return heard.isEmpty;
    },
    answerDialogs: () => undefined,
    onHeard(listener) {
      onHeard = listener;
    },
  };
  const begins = (index: number) => run.said.begin('flow', index, page);
  run.receive(CLAIM, LAUNCHED);
  await run.recorder.stored(({ context }) => context.announced === true);
  run.receive(BEGUN);
  begins(0);
  return { ...run, page, begins, readings: () => readings, says: (text: string) => heard.add(said(text)) };
}

const eventsOf = async (id: string) => (await readLog(sql(), id, 0, 100))!.events;
const rowOf = async (id: string) =>
  (await sql().row<{ state: string; snapshot: unknown; last_seq: number }>(
    'select state, snapshot, last_seq from runs where id = $1',
    [id],
  ))!;

it('I6, I9: what a page says is stored with the end of its step, right before it', async () => {
  const run = await withPage();
  run.says('one');
  run.says('two');
  await run.said.end(false);
  run.receive(STEP_OK);
  await run.recorder.stored(({ context }) => context.done === 1);
  const events = await eventsOf(run.id);
  const at = events.findIndex(({ type }) => type === 'page_said');
  expect(events[at]).toMatchObject({ stepIndex: 0, payload: { said: [said('one'), said('two')] } });
  expect(events[at + 1]).toMatchObject({ type: 'step_success', stepIndex: 0 });
  const commit = run.heard.find(({ entries }) =>
    entries.some((entry) => 'type' in entry && entry.type === 'page_said'),
  );
  expect(commit!.steps).toMatchObject([{ index: 0, outcome: 'ok', said: [said('one'), said('two')] }]);
  expect(run.page.isEmpty).toBe(true);
  run.stop();
});

it('I12: what it says while a step goes on is stored by itself, and changes nothing of the machine', async () => {
  const run = await withPage();
  const before = await rowOf(run.id);
  run.says('live');
  await eventually(async () => expect((await eventsOf(run.id)).at(-1)).toMatchObject({ type: 'page_said' }));
  expect(await rowOf(run.id)).toEqual({ ...before, last_seq: before.last_seq + 1 });
  await run.said.end(false);
  run.receive(STEP_OK);
  await run.recorder.stored(({ context }) => context.done === 1);
  const types = (await eventsOf(run.id)).map(({ type }) => type);
  expect(types.filter((type) => type === 'page_said')).toHaveLength(1);
  run.stop();
});

it('I4: where a commit waits for the database nothing is added to it, and what was said comes with a later one', async () => {
  const run = await withPage();
  const release = await holdRow(run.id);
  run.says('held');
  await run.said.end(false);
  run.receive(STEP_OK, BEGUN);
  run.begins(1);
  run.says('kept');
  await eventually(() => expect(run.readings()).toBeGreaterThan(0));
  await release();
  await run.said.end(false);
  run.receive(STEP_OK);
  await run.recorder.stored(({ context }) => context.done === 2);
  const found = (await eventsOf(run.id)).filter(({ type }) => type === 'page_said');
  expect(found).toMatchObject([
    { stepIndex: 0, payload: { said: [said('held')] } },
    { stepIndex: 1, payload: { said: [said('kept')] } },
  ]);
  run.stop();
});

it('I6: what is left is stored before the end of the run, and nothing after it', async () => {
  const run = await withPage();
  await run.said.end(false);
  run.receive(STEP_OK, BEGUN);
  run.begins(1);
  await run.said.end(false);
  run.receive(STEP_OK, CHECKED);
  run.says('last');
  await run.said.end(false);
  run.receive(SETTLED);
  await run.recorder.stored((stored) => stateOf(stored) === 'pass');
  const types = (await eventsOf(run.id)).map(({ type }) => type);
  expect(types.slice(-3)).toEqual(['page_said', 'transition', 'run_end']);
  run.stop();
});
