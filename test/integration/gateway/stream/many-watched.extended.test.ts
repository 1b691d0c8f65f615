/* I7, I14: a few statements look at all watched runs together, and find what was lost on the way. */
import { expect, it } from 'vitest';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createRunFeeds } from '../../../../services/gateway/stream/run-feed.ts';
import { waiting } from '../../../support/database/many-queued.ts';
import { TO_PASS } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { useWatchers } from './fixture.ts';

const watchers = useWatchers();
const MANY = 2_500;

interface Look {
  /** Something was heard of the talking run since the last one. */
  heard: boolean;
  /** Which runs each of its statements named. */
  pages: string[][];
}

/** The looks that go through it, in pages of 1,000: a shorter one is the last. */
function lookedThrough(sql: Sql, heard: () => boolean) {
  const looks: Look[] = [];
  const through: Sql = {
    ...sql,
    rows: (text, values = []) => {
      const page = (values as { runIds: string[] }).runIds;
      const last = looks.at(-1);
      if (last && last.pages.at(-1)!.length === 1_000) last.pages.push(page);
      else looks.push({ heard: heard(), pages: [page] });
      return sql.rows(text, values);
    },
  };
  return { looks, sql: through };
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
  let heard = false;
  const { looks, sql } = lookedThrough(watchers.sql, () => {
    const was = heard;
    heard = false;
    return was;
  });
  using feeds = createRunFeeds({ sql, bus: watchers.bus });
  const looked = new Set<string>();
  const join = ({ id }: { id: string }) =>
    feeds.join(id, { entry: () => (heard = true), look: () => looked.add(id) });
  await Promise.all([...silent, talking].map(join));
  const entry = { kind: 'status', status: 'running' };
  const talk = setInterval(() => watchers.bus.publish(subjects.live(talking.id), [entry]), 50);
  try {
    await eventually(() => expect(looks.slice(0, -1).some((look) => look.heard)).toBe(true), {
      timeoutMs: 20_000,
    });
  } finally {
    clearInterval(talk);
  }
  expect(silent.every(({ id }) => looked.has(id))).toBe(true);
  for (const { heard: spoke, pages } of looks.slice(0, -1)) {
    expect(pages.map(({ length }) => length)).toEqual([1_000, 1_000, spoke ? 500 : 501]);
    expect(pages.flat().includes(talking.id)).toBe(!spoke);
  }
  await eventually(() => expect(looked.has(talking.id)).toBe(true));
});
