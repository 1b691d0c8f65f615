import { randomUUID } from 'node:crypto';
import { createBatch } from '#shared/adapters/database/batches/create.ts';
import type { Person, TestGateway } from '../fixture.ts';

interface AddedBatch {
  /** The named flow, in its first version. */
  flow: string;
  /** Its one test has passed. */
  ended?: boolean;
}

/** A batch of the project with one test, of which nothing was started, or that has passed; its id. */
export async function addBatch(
  { sql }: Pick<TestGateway, 'sql'>,
  { projectId, userId }: Pick<Person, 'projectId' | 'userId'>,
  { flow, ended = false }: AddedBatch,
): Promise<string> {
  const made = await createBatch(sql, {
    id: randomUUID(),
    projectId,
    userId,
    scopes: null,
    name: 'main, commit 3f2a1c',
    labels: [],
    maxParallel: 8,
    retries: 1,
    stopOnFailure: false,
    flows: [{ name: flow, version: 1, body: null, start: {} }],
    tests: [{ position: 0, flowName: flow, name: flow, inputs: null, labels: [], quarantined: false }],
    request: undefined,
    most: 1_000,
  });
  if (typeof made === 'string') throw new Error(made);
  if (ended) await sql.rows(END, { id: made.id });
  return made.id;
}

/** Its run was deleted since. */
const END = `
with attempt as (
  insert into batch_attempts (batch_id, index, attempt, run_id, outcome, duration_ms) values (:id::uuid, 0, 1, gen_random_uuid(), 'pass', 2300)
),
test as (update batch_tests set status = 'pass', attempts = 1, ended_at = clock_timestamp(), seq = 2 where batch_id = :id)
update batches set status = 'pass', seq = 3, due_at = null, finished_at = clock_timestamp(),
  counts = '{"tests": 1, "waiting": 0, "running": 0, "pass": 1, "flaky": 0, "fail": 0, "cancelled": 0, "skipped": 0, "quarantined": 0}'
where id = :id`;
