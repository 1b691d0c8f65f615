import type { Sql } from '#shared/adapters/database/sql.ts';
import { initialSnapshot, store } from '#shared/domain/run/snapshot.ts';
import { createOwner } from './accounts.ts';
import { TEST_BUDGET, TEST_FLOW } from './runs.ts';

export interface ManyRuns {
  /** Started one run of twenty, a tenth of them in `shared` and a tenth in `left`; a member of two projects. */
  viewer: { userId: string; projectId: string };
  /** The project of another user that the viewer is a member of. */
  shared: string;
  /** A project that the viewer has started runs in, and is no member of any more. */
  left: string;
  stranger: { userId: string; projectId: string };
}

const USERS = 20;
const CHUNK = 50_000;

/** A context that is almost never used: one run in twenty thousand. */
export const RARE_CONTEXT = 'rare';
/** A tenth of all runs. */
export const COMMON_CONTEXT = 'common';

/** A tenth of all runs. */
export const COMMON_FLOW = 'common-flow';

/**
 * A year of runs of twenty users: all but the last hundred final, one in five thousand failed, one lost and one cancelled, three of the same
 * microsecond each. Made by one statement each fifty thousand, with two steps for each run.
 */
export async function fillWithRuns(sql: Sql, count: number): Promise<ManyRuns> {
  const owners = [];
  for (let n = 0; n < USERS; n += 1) owners.push(await createOwner(sql));
  const [viewer, other, third] = [owners[0]!, owners[1]!, owners[2]!];
  await sql.rows(`insert into project_members values ($1, $2, 'viewer')`, [other.projectId, viewer.userId]);
  const people = owners.map(({ userId }) => userId);
  const projects = owners.map(({ projectId }) => projectId);
  const snapshot = initialSnapshot({ stepTimeouts: [1_000, 1_000], budget: TEST_BUDGET });
  const stored = [JSON.stringify(TEST_FLOW), JSON.stringify(store(snapshot))];
  for (let from = 1; from <= count; from += CHUNK) {
    const to = Math.min(from + CHUNK - 1, count);
    await sql.rows(MANY_RUNS, [
      from,
      to,
      count,
      people,
      projects,
      other.projectId,
      third.projectId,
      ...stored,
    ]);
  }
  await sql.rows('analyze');
  return { viewer, shared: other.projectId, left: third.projectId, stranger: owners[5]! };
}

const MANY_RUNS = `
with numbered as (
  select n, n > $3::int - 100 as live, case n % 5003 when 7 then 'fail' when 8 then 'lost' when 9 then 'cancelled' end as ended, 1 + n % ${USERS} as person, n / ${USERS} % 10 as turn,
    date_trunc('second', clock_timestamp()) - interval '366 days' + (n / 3) * interval '1 year' / ($3::int / 3) + interval '123456 us' as at
  from generate_series($1::int, $2::int) as n
), run as (
  insert into runs (id, user_id, project_id, base_url, context_id, flow_name, flow_version, plan, state, snapshot, machine_version, created_at,
    queue_until, status, owner, claimed_at, finished_at, last_seq, cancelled, cancel_requested_at, cancel_by, cancel_mode, cancel_user_id)
  select gen_random_uuid(), ($4::uuid[])[person],
    case turn when 1 then $6::uuid when 2 then $7::uuid else ($5::uuid[])[person] end, 'http://127.0.0.1:1',
    case when n % 20011 = 13 then '${RARE_CONTEXT}' when n % 10 = 0 then '${COMMON_CONTEXT}' when n % 10 = 1 then 'context-' || n % 1000 end,
    case n / 7 % 10 when 0 then '${COMMON_FLOW}' when 1 then 'flow-' || n % 1000 end, case when n / 7 % 10 < 2 then 1 end,
    $8::json, case when live then 'running.queued' else 'pass' end, $9::jsonb, 1, at, at + interval '1 hour',
    case when live then 'running' when ended is not null then 'fail' else 'pass' end, case when not live then gen_random_uuid() end,
    case when not live then at end,
    case when not live then at + interval '5 s' end, 13, coalesce(ended in ('cancelled', 'lost'), false),
    case when ended = 'cancelled' then at end, case when ended = 'cancelled' then 'user' end, case when ended = 'cancelled' then 'graceful' end,
    case when ended = 'cancelled' then ($4::uuid[])[person] end
  from numbered returning id, status
)
insert into steps (run_id, index, epoch, action, ok)
select id, index, 1, 'click', true from run, generate_series(0, 1) as index where status <> 'running'`;
