import { expect, it } from 'vitest';
import { subjects } from '#shared/bus/subjects.ts';
import type { Sql, Values } from '#shared/database/sql.ts';
import { createRunFeeds } from '../../../services/gateway/stream/run-feed.ts';
import { waiting } from '../../support/database/many-queued.ts';
import { TO_PASS } from '../../support/database/runs.ts';
import { eventually } from '../../support/eventually.ts';
import { useWatchers } from './fixture.ts';

const watchers = useWatchers();
const MANY = 2_500;

/** Statements that went through it, with how many runs each named. */
function counted(sql: Sql) {
  const runs: number[] = [];
  const count = (values: Values = []) => {
    runs.push((values as { runIds: string[] }).runIds.length);
  };
  const through: Sql = {
    rows: (text, values) => {
      count(values);
      return sql.rows(text, values);
    },
    row: (text, values) => {
      count(values);
      return sql.row(text, values);
    },
    transaction: (work) => sql.transaction(work),
  };
  return { runs, sql: through };
}

it('I7: what was said last and lost is found by the look after the next', async () => {
  const run = await watchers.startRun();
  const { sink, ended } = watchers.watch(run.id);
  await sink.until('running');
  await run.live(watchers.bus, TO_PASS.slice(0, 3));
  await sink.until(3);
  // Stored, and never published.
  await run.commitAll(TO_PASS.slice(3));
  const lost = performance.now();
  await ended;
  expect(performance.now() - lost).toBeLessThan(3_000);
});

it('I14: all watched runs together are looked at in a few statements, and none of which something was heard', async () => {
  const talking = await watchers.startRun();
  await waiting(watchers.sql, watchers.account, MANY);
  const silent = await watchers.sql.rows<{ id: string }>('select id from runs where owner is null');
  const { runs, sql } = counted(watchers.sql);
  using feeds = createRunFeeds({ sql, bus: watchers.bus });
  const looked = new Set<string>();
  const join = ({ id }: { id: string }) =>
    feeds.join(id, { entry: () => undefined, look: () => looked.add(id) });
  await Promise.all([...silent, talking].map(join));
  const talk = setInterval(() => watchers.bus.publish(subjects.live(talking.id), []), 50);
  try {
    await eventually(() => expect(looked.size).toBe(MANY));
  } finally {
    clearInterval(talk);
  }
  expect(looked.has(talking.id)).toBe(false);
  // Perhaps the next look has begun.
  expect(runs.slice(0, 3)).toEqual([1_000, 1_000, 500]);
  await eventually(() => expect(looked.has(talking.id)).toBe(true));
});
