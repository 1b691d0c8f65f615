/* I2, I5, I14: the sweep ends or returns every run that has lost its actor, and no bad run stops it. */
import pg from 'pg';
import { expect, it } from 'vitest';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { CLAIM, CLOSED, INTERRUPTED, LAUNCHED, TO_PASS } from '../../support/database/runs.ts';
import { extendedOnly } from '../../support/share.ts';
import { useSupervisor } from './fixture.ts';

const supervisor = useSupervisor();
const statusOf = async (id: string) => (await supervisor.outcome(id))?.status;

it('I5: the sweep ends every run that has lost its actor, or returns it if nothing of it has begun, and no other', async () => {
  const [orphan, unbegun, live, over] = [
    await supervisor.orphaned([CLAIM, LAUNCHED]),
    await supervisor.orphaned(),
    await supervisor.claimed([CLAIM]),
    await supervisor.claimed(TO_PASS),
  ];
  const [late, cancelled, waiting] = [
    await supervisor.queue(0),
    await supervisor.queue(),
    await supervisor.queue(),
  ];
  await supervisor.cancel(cancelled.id);
  await supervisor.cancel(live.id);

  const { total, ended, requeued } = await supervisor.sweep();
  expect(total).toBe(4);
  expect(requeued).toEqual([unbegun.id]);
  expect(ended.toSorted()).toEqual([orphan.id, late.id, cancelled.id].toSorted());
  for (const id of ended) expect(await statusOf(id)).toBe('fail');
  expect(await Promise.all([live.id, waiting.id, unbegun.id, over.id].map(statusOf))).toEqual([
    'running',
    'running',
    'running',
    'pass',
  ]);
  expect((await supervisor.sweep()).total).toBe(0);
});

it('I5: the sweep is stopped by no bad run: one that is locked, one whose end cannot be stored', async () => {
  const locked = await supervisor.orphaned([CLAIM, LAUNCHED]);
  const refusing = await supervisor.orphaned([CLAIM, LAUNCHED]);
  const good = [];
  for (let n = 0; n < 6; n++) good.push((await supervisor.orphaned([CLAIM, LAUNCHED])).id);
  await supervisor.sql.rows(`insert into events values ($1, 50, 'run_end', null, '{}', clock_timestamp())`, [
    refusing.id,
  ]);
  const client = new pg.Client({ connectionString: supervisor.url });
  await client.connect();
  await client.query('begin');
  await client.query('select from runs where id = $1 for update', [locked.id]);

  const { ended } = await supervisor.sweep();
  expect(ended.toSorted()).toEqual([refusing.id, ...good].toSorted());
  expect(await statusOf(locked.id)).toBe('running');

  await client.end();
  expect((await supervisor.sweep()).ended).toEqual([locked.id]);
});

extendedOnly(() => {
  it('I5: is stopped by no page that is full of bad runs', async () => {
    for (let n = 0; n < 100; n++) await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.sql.rows(
      `insert into events select id, 50, 'run_end', null, '{}', clock_timestamp() from runs`,
    );
    const last = await supervisor.orphaned([CLAIM, LAUNCHED]);
    const all = await supervisor.sql.rows<{ id: string }>(
      `select id from runs where status = 'running' order by id`,
    );
    const { ended } = await supervisor.sweep();
    expect(ended).toContain(last.id);
    expect(ended.toSorted()).toEqual(all.map(({ id }) => id));
  });
});

it('I6: the sweep ends each run once, though two sweep at once', async () => {
  const ids = [];
  for (let n = 0; n < 12; n++) ids.push((await supervisor.orphaned([CLAIM, LAUNCHED])).id);
  const sweeps = await Promise.all([supervisor.sweep(), supervisor.sweep()]);
  expect(new Set(sweeps.flatMap(({ ended }) => ended))).toEqual(new Set(ids));
  for (const id of ids) {
    expect(await supervisor.runEnds(id)).toHaveLength(1);
    expect((await supervisor.outcome(id))?.epoch).toBe(2);
  }
});

it('I5, I14: a look that fails or times out keeps no other from its runs', async () => {
  const [orphan, late] = [await supervisor.orphaned([CLAIM, LAUNCHED]), await supervisor.queue(0)];
  const broken: Sql = {
    ...supervisor.sql,
    rows: (text, values) =>
      text.includes('queue_until <') && text.includes('limit')
        ? Promise.reject(new DatabaseUnavailableError('statement timeout'))
        : supervisor.sql.rows(text, values),
  };
  const ended: string[] = [];
  await expect(supervisor.sweepThrough(broken, ended)).rejects.toThrow('statement timeout');
  expect(ended).toEqual([orphan.id]);
  expect((await supervisor.sweep()).ended).toEqual([late.id]);
});

extendedOnly(() => {
  it('I5: goes on page by page', async () => {
    for (let n = 0; n < 210; n++) await supervisor.queue(0);
    expect((await supervisor.sweep()).total).toBe(210);
  });
});

it('I2: an owner that was swept away can write no more', async () => {
  const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
  await supervisor.sweep();
  const before = await supervisor.outcome(run.id);
  for (const event of [INTERRUPTED, CLOSED]) expect(await run.commit(event)).toBeUndefined();
  expect(await supervisor.outcome(run.id)).toEqual(before);
});
