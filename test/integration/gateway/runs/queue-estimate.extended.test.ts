/* I13: a large limit of waiting runs holds within a few percent, however many are started at once. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import {
  call,
  createPerson,
  expectContract,
  FLOW,
  type Person,
  type Received,
  startRun,
  useGateway,
} from '../fixture.ts';

/** Too many to be counted with every start. */
const MAX = 10_100;

const gateway = await useGateway({
  config: { GHOSTLY_MAX_QUEUED_PER_USER: MAX },
  statementTimeoutMs: 20_000,
});

async function start(as: Person, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  const body = { ...FLOW(as.projectId), ...more };
  const answer = await call(gateway, 'POST', '/v1/run', { as, body, headers });
  expectContract('startRun', answer);
  return answer;
}

/** Makes `count` runs of the user wait. */
async function fillQueue(person: Person, count: number): Promise<void> {
  await startRun(gateway, person);
  await gateway.sql.rows(COPY, [person.userId, count - 1]);
}
const COPY = `
insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, queue_timeout_ms, queue_until, machine_version,
  on_runner_loss, options)
select gen_random_uuid(), user_id, project_id, base_url, plan, state, snapshot, queue_timeout_ms, queue_until,
  machine_version, on_runner_loss, options
from (select * from runs where user_id = $1 limit 1) as one, generate_series(1, $2::int)`;

const isFull = (person: Person) => eventually(async () => expect((await start(person)).status).toBe(429));
const waiting = async ({ userId }: Person) =>
  (await gateway.sql.row<{ runs: number }>(
    `select count(*)::int as runs from runs where user_id = $1 and cancel_requested_at is null`,
    [userId],
  ))!.runs;

it('I13: a large limit of waiting runs holds within a few percent, however many are started at once', async () => {
  const ann = await createPerson(gateway);
  await fillQueue(ann, MAX - 30);
  const statuses = await Promise.all(Array.from({ length: 100 }, async () => (await start(ann)).status));
  expect(statuses.filter((status) => status !== 202 && status !== 429)).toEqual([]);
  await isFull(ann);
  const refused = await start(ann);
  expect(refused.body).toEqual({ ok: false, error: 'too many runs' });
  expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(await waiting(ann)).toBeGreaterThan(0.97 * MAX);
  expect(await waiting(ann)).toBeLessThan(1.03 * MAX);

  // Neither another user is in the way, nor what was answered before.
  const bob = await createPerson(gateway);
  expect((await start(bob)).status).toBe(202);
});

describe('while the queue is full', () => {
  const headers = { 'idempotency-key': randomUUID() };
  const key = { concurrencyKey: 'k', cancelPrevious: true };
  let ann: Person;
  let first: Received;

  beforeAll(async () => {
    ann = await createPerson(gateway);
    first = await start(ann, {}, headers);
    expect((await start(ann, key)).status).toBe(202);
    await fillQueue(ann, MAX);
    await isFull(ann);
  });

  it('a run that takes the place of another one, or was started before, is let in', async () => {
    expect((await start(ann, key)).status).toBe(202);
    expect((await start(ann, {}, headers)).body).toEqual(first.body);
    expect((await start(ann)).status).toBe(429);
  });

  it('runs that leave it make room within seconds', async () => {
    await gateway.sql.rows(
      `update runs set cancel_requested_at = clock_timestamp(), cancel_asked_at = clock_timestamp(), cancel_by = 'user',
       cancel_mode = 'graceful' where user_id = $1 and cancel_requested_at is null`,
      [ann.userId],
    );
    await eventually(async () => expect((await start(ann)).status).toBe(202));
  });
});
