import { lock } from '../advisory-locks.ts';
import { toJsonb } from '../json.ts';
import { lockOwners } from '../place.ts';
import type { Sql, Statements } from '../sql.ts';

/** A flow of a batch: a stored version, or one that stands with the batch alone. */
export interface NewBatchFlow {
  name: string;
  version: number | null;
  body: Record<string, unknown> | null;
  start: Record<string, unknown>;
}

export interface NewBatchTest {
  /** Which of the flows of the batch it is of. */
  position: number;
  flowName: string;
  name: string;
  inputs: Record<string, unknown> | null;
  labels: readonly string[];
  quarantined: boolean;
}

export interface NewBatch {
  id: string;
  projectId: string;
  userId: string;
  scopes: readonly string[] | null;
  name: string | null;
  labels: readonly string[];
  maxParallel: number;
  retries: number;
  stopOnFailure: boolean;
  flows: readonly NewBatchFlow[];
  tests: readonly NewBatchTest[];
  /** The client's name for the request, and what it asks for. */
  request: { key: string; bodyHash: string } | undefined;
  /** How many of the project may go on at once. */
  most: number;
}

type Created = { id: string; replayed: boolean } | 'too_many_batches' | 'idempotency_mismatch' | 'not_found';

/** The batch that a request with this key has made; undefined: none has. */
export const findRequested = async (
  sql: Statements,
  userId: string,
  { key, bodyHash }: NonNullable<NewBatch['request']>,
): Promise<Extract<Created, { id: string } | 'idempotency_mismatch'> | undefined> => {
  const found = await sql.row<{ id: string; hash: string }>(
    'select id, request_hash as hash from batches where user_id = :userId and request_key = :key',
    { userId, key },
  );
  if (!found) return undefined;
  return found.hash === bodyHash ? { id: found.id, replayed: true } : 'idempotency_mismatch';
};

/** Stores a batch with all its tests: the first are due at once. The same request makes one (I12). */
export const createBatch = (
  sql: Sql,
  { request, most, flows, tests, ...batch }: NewBatch,
): Promise<Created> =>
  sql.transaction(async (inner) => {
    const { id, projectId, userId } = batch;
    // Requests with the same key come one after the other, and so do those that count what goes on.
    if (request) await lock(inner, 'idempotencyKey', `${userId} ${request.key}`);
    await lockOwners(inner, batch);
    if (!(await inner.row('select id from projects where id = :projectId for no key update', { projectId })))
      return 'not_found';
    const made = request && (await findRequested(inner, userId, request));
    if (made) return made;
    const { live } = (await inner.row<{ live: number }>(LIVE, { projectId }))!;
    if (live >= most) return 'too_many_batches';
    const { key = null, bodyHash = null } = request ?? {};
    await inner.rows(INSERT, { ...batch, requestKey: key, requestHash: bodyHash, seq: tests.length });
    await inner.rows(INSERT_FLOWS, { id, flows: toJsonb(flows) });
    await inner.rows(INSERT_TESTS, { id, projectId, tests: toJsonb(tests) });
    return { id, replayed: false };
  });

const LIVE = `select count(*)::int as live from batches where project_id = :projectId and due_at is not null`;
const INSERT = `
insert into batches (id, project_id, user_id, scopes, name, labels, max_parallel, retries, stop_on_failure, request_key, request_hash, seq)
values (:id::uuid, :projectId::uuid, :userId::uuid, :scopes::text[], :name, :labels::text[], :maxParallel::int, :retries::int, :stopOnFailure::boolean,
  :requestKey, :requestHash, :seq::int)`;
/** JSON as it was written. */
const JSON_OF = (field: string) =>
  `case json_typeof(one -> '${field}') when 'null' then null else one -> '${field}' end`;
const INSERT_FLOWS = `
insert into batch_flows (batch_id, position, name, version, body, start)
select :id::uuid, place - 1, one ->> 'name', (one ->> 'version')::int, ${JSON_OF('body')}, one -> 'start'
from json_array_elements(:flows::json) with ordinality as each (one, place)`;
const INSERT_TESTS = `
insert into batch_tests (batch_id, index, position, project_id, flow_name, flow_version, name, inputs, labels, quarantined, seq)
select :id::uuid, place - 1, (one ->> 'position')::int, :projectId::uuid, one ->> 'flowName', flow.version, one ->> 'name', ${JSON_OF('inputs')},
  array(select json_array_elements_text(one -> 'labels')), (one ->> 'quarantined')::boolean, place
from json_array_elements(:tests::json) with ordinality as each (one, place)
  join batch_flows as flow on flow.batch_id = :id::uuid and flow.position = (one ->> 'position')::int`;
