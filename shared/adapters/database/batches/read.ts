import type { TestStatus } from '#shared/domain/batch/rules.ts';
import type { Outcome } from '#shared/domain/run/outcome.ts';
import { type Columns, columns } from '../columns.ts';
import type { BatchEntity } from '../entities/batches.ts';
import type { Statements } from '../sql.ts';

/** How many tests of a batch have each status. */
type TestCounts = Record<'tests' | 'quarantined' | TestStatus, number>;

export interface BatchRow extends Columns<typeof BatchEntity, (typeof SHOWN)[number]> {
  counts: TestCounts;
  /** E-mails; null once that user is deleted. */
  maker: string | null;
  cancelledBy: string | null;
}

const SHOWN = [
  ...(['id', 'projectId', 'name', 'labels', 'maxParallel', 'retries', 'stopOnFailure', 'status'] as const),
  ...(['seq', 'cancelAt', 'cancelReason', 'cancelJobId', 'createdAt', 'finishedAt'] as const),
] as const;

const EMAIL_OF = (user: string) =>
  `(select email from users where users.id = ${user} and deleted_at is null)`;

const COUNT = (statuses: string) => `count(*) filter (where status = ${statuses})`;
/** SQL: of the batch `id`; a column of JSON. */
export const countsOf = (id: string): string => `(
  select jsonb_build_object('tests', count(*), 'waiting', ${COUNT(`'waiting'`)}, 'running', ${COUNT(`'running'`)}, 'pass', ${COUNT(`'pass'`)},
    'flaky', ${COUNT(`'flaky'`)}, 'fail', ${COUNT(`'fail'`)}, 'cancelled', ${COUNT(`'cancelled'`)}, 'skipped', ${COUNT(`'skipped'`)},
    'quarantined', count(*) filter (where quarantined and status in ('fail', 'cancelled')))
  from batch_tests where batch_id = ${id})`;

const COLUMNS = `${columns<typeof BatchEntity>(SHOWN, 'batches')}, coalesce(counts, ${countsOf('batches.id')}) as counts,
  ${EMAIL_OF('batches.user_id')} as maker, ${EMAIL_OF('batches.cancel_by')} as "cancelledBy"`;

export interface BatchPlaceInProject {
  projectId: string;
  id: string;
}

export const findBatch = (sql: Statements, place: BatchPlaceInProject): Promise<BatchRow | undefined> =>
  sql.row<BatchRow>(`select ${COLUMNS} from batches where project_id = :projectId and id = :id`, {
    ...place,
  });

/** Newest first, after the batch `before`. */
export const listBatches = (
  sql: Statements,
  { before, ...wanted }: { projectId: string; before: string | undefined; limit: number },
): Promise<BatchRow[]> =>
  sql.rows<BatchRow>(
    `select ${COLUMNS} from batches where project_id = :projectId
       and (:before::uuid is null or (created_at, id) < (select created_at, id from batches where id = :before::uuid and project_id = :projectId))
     order by created_at desc, id desc limit :limit`,
    { ...wanted, before: before ?? null },
  );

/** The numbers that batches have reached; those that are gone are left out. */
export const readReached = (
  sql: Statements,
  ids: readonly string[],
): Promise<{ id: string; seq: number }[]> =>
  sql.rows('select id, seq from batches where id = any (:ids::uuid[])', { ids });

export interface TestAttemptRow {
  attempt: number;
  runId: string;
  /** ISO 8601. */
  startedAt: string;
  outcome: Outcome | null;
  durationMs: number | null;
  error: string | null;
  picture: string | null;
}

export interface BatchTestRow {
  index: number;
  name: string;
  flowName: string;
  flowVersion: number | null;
  labels: string[];
  quarantined: boolean;
  status: TestStatus;
  reason: string | null;
  seq: number;
  attempts: TestAttemptRow[];
}

/** The tests that have changed after `after`, in the order of their changes. */
export const readChangedTests = (
  sql: Statements,
  wanted: { batchId: string; after: number; limit: number },
): Promise<BatchTestRow[]> =>
  sql.rows<BatchTestRow & Record<string, unknown>>(
    `${TESTS} where test.batch_id = :batchId and test.seq > :after::int order by test.seq limit :limit`,
    { ...wanted },
  );

/** All of them, in their order. */
export const readTests = (sql: Statements, batchId: string): Promise<BatchTestRow[]> =>
  sql.rows<BatchTestRow & Record<string, unknown>>(`${TESTS} where test.batch_id = :batchId order by index`, {
    batchId,
  });

const TESTS = `
select index, test.name, flow_name as "flowName", flow_version as "flowVersion", labels, quarantined, status, reason, seq, coalesce((
  select json_agg(json_build_object('attempt', attempt, 'runId', run_id, 'startedAt', started_at, 'outcome', outcome, 'durationMs', duration_ms,
    'error', error, 'picture', picture) order by attempt)
  from batch_attempts as one where one.batch_id = test.batch_id and one.index = test.index), '[]') as attempts
from batch_tests as test`;

export interface Flakiness {
  tests: number;
  flaky: number;
  fail: number;
}

/** How the newest `most` tests of a flow's versions went that have passed or failed. */
export const readFlakiness = async (
  sql: Statements,
  wanted: { projectId: string; name: string; most: number },
): Promise<Flakiness> =>
  (await sql.row<Flakiness & Record<string, unknown>>(
    `select count(*)::int as tests, ${COUNT(`'flaky'`)}::int as flaky, ${COUNT(`'fail'`)}::int as fail from (
       select status from batch_tests
       where project_id = :projectId and flow_name = :name and ended_at is not null and flow_version is not null and status in ('pass', 'flaky', 'fail')
       order by ended_at desc limit :most) as newest`,
    { ...wanted },
  ))!;

/** The runs that go on. */
export const readLiveAttempts = async (sql: Statements, batchId: string): Promise<string[]> => {
  const runs = await sql.rows<{ id: string }>(LIVE_RUNS, { batchId });
  return runs.map(({ id }) => id);
};
const LIVE_RUNS =
  'select run_id as id from batch_attempts where batch_id = :batchId and outcome is null order by run_id';
