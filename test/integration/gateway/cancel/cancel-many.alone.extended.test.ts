/* I13: a bulk cancel of ten thousand runs leaves none out, and the gateway answers others meanwhile. */
import { expect, it } from 'vitest';
import { startRun } from '../fixture.ts';
import { useBulkCancels } from './bulk-cancels.ts';

const { gateway, owner, cancelRuns } = await useBulkCancels();

it('a bulk cancel stops ten thousand runs within one statement timeout, and leaves none out', async () => {
  await gateway.sql.rows('truncate runs cascade');
  const id = await startRun(gateway, owner);
  await gateway.sql.rows(
    `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until)
     select gen_random_uuid(), user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until
     from runs, generate_series(1, 10000) where id = $1`,
    [id],
  );
  const begin = performance.now();
  const { body: job } = await cancelRuns({ as: owner, body: { all: true, reason: 'stop all' } });
  expect(performance.now() - begin).toBeLessThan(5_000);
  expect(job).toMatchObject({ matched: 10_000, cancelling: 10_000 });
  const rest = await cancelRuns({ as: owner, body: { status: 'running' } });
  expect(rest.body).toMatchObject({ matched: 1 });
});

it('I13: the gateway answers others while it looks for secrets of many long flows in the reason of a bulk cancel', async () => {
  await gateway.sql.rows('truncate runs cascade');
  const id = await startRun(gateway, owner);
  const steps = (run: number) =>
    Array.from({ length: 25 }, (_, n) => {
      const value = `secret ${run} of step ${n} `.repeat(30);
      return { action: 'fill', selector: '#name', value };
    });
  await gateway.sql.rows(
    `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until)
     select gen_random_uuid(), user_id, project_id, base_url, (plan::jsonb || jsonb_build_object('steps', own.steps))::json,
       state, snapshot, machine_version, queue_until
     from runs, jsonb_array_elements($2::jsonb) as own (steps) where id = $1`,
    [id, JSON.stringify(Array.from({ length: 99 }, (_, run) => steps(run)))],
  );
  const begin = performance.now();
  let last = begin;
  let longest = 0;
  const turns = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const reason = 'the shop is down '.repeat(50);
  const { body: job } = await cancelRuns({ as: owner, body: { all: true, reason } });
  clearInterval(turns);
  expect(job).toMatchObject({ matched: 100, cancelling: 100 });
  expect(longest).toBeLessThan((performance.now() - begin) / 3);
});
