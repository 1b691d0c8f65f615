import type { Status } from '#shared/run/status.ts';
import { SESSION_LOCKS } from '../processes/session.ts';
import type { Sql } from '../sql.ts';

/** What the database knows of the processes that carry runs, of one moment. Times inside JSON are texts. */
export interface SystemRow {
  now: Date;
  queued: number;
  oldestAt: Date | null;
  running: number;
  cancelling: number;
  runners: RunnerRow[];
  supervisors: SupervisorRow[];
  leader: { id: string; until: string } | null;
}

export interface RunnerRow {
  id: string;
  host: string;
  pid: number;
  slots: number;
  browsers: number | null;
  /** Why it takes no runs. */
  trouble: string | null;
  startedAt: string;
  seenAt: string;
  /** Its process has the session lock that ends with it. */
  connected: boolean;
  /** Not heard of for a lease. */
  silent: boolean;
  busy: number;
  runs: HeldRunRow[];
}

export interface HeldRunRow {
  id: string;
  status: Status;
  state: string;
  leaseUntil: string | null;
  heartbeatAt: string | null;
}

interface SupervisorRow {
  id: string;
  since: string | null;
}

export interface SystemToRead {
  viewerId: string;
  /** Which runs are named: all, the viewer's own and those of its projects, or none. */
  shows: 'everybody' | 'own' | 'nobody';
  leaseMs: number;
  runsOfRunner: number;
  runners: number;
  /** Those that wait are counted up to so many (I14). */
  waiting: number;
}

/** How long a runner that has ended is still named. */
const REMEMBERED = "interval '5 minutes'";

export const readSystem = async (sql: Sql, wanted: SystemToRead): Promise<SystemRow> =>
  (await sql.row<SystemRow>(READ_SYSTEM, {
    viewerId: wanted.viewerId,
    shows: wanted.shows,
    leaseMs: wanted.leaseMs,
    runsOfRunner: wanted.runsOfRunner,
    runners: wanted.runners,
    waiting: wanted.waiting,
  }))!;

/** The same words as in the index `runs_waiting`. */
const WAITS = `status = 'running' and num_nonnulls(owner, cancel_requested_at) = 0`;

/** Supervisors keep no row: their connections carry their id. */
const READ_SYSTEM = `
with locks as materialized (
  select lock.objid from pg_locks as lock where ${SESSION_LOCKS}
), held as materialized (
  select runs.id, owner, shown_status, state, lease_until, heartbeat_at, claimed_at,
    :shows = 'everybody' or (:shows = 'own' and (user_id = :viewerId or exists (
      select from project_members as member where member.project_id = runs.project_id and member.user_id = :viewerId))) as visible
  from runs where owner is not null and status in ('running', 'cancelling')
), known as (
  select runners.*, lock_key::oid in (select objid from locks) as connected,
    (select count(*)::int from held where held.owner = runners.id) as busy
  from runners
  where id = any (array(
    select id from runners where lock_key = any (array(select objid::int from locks))
    union select owner from held
    union select id from runners where seen_at > (select clock_timestamp() - ${REMEMBERED})))
), supervisor as (
  select split_part(application_name, ' ', 2) as id, min(backend_start) as since from pg_stat_activity
  where datname = current_database() and application_name like 'ghostly-supervisor %' group by 1
)
select clock_timestamp() as now,
  queue.length as queued, queue.oldest as "oldestAt",
  (select count(*)::int from held where shown_status = 'running') as running,
  (select count(*)::int from held where shown_status = 'cancelling') as cancelling,
  coalesce((select json_agg(json_build_object('id', runner.id, 'host', host, 'pid', pid, 'slots', slots,
      'browsers', browsers, 'trouble', trouble, 'startedAt', started_at, 'seenAt', seen_at, 'connected', connected,
      'silent', seen_at < clock_timestamp() - :leaseMs::float8 * interval '1 ms', 'busy', busy,
      'runs', coalesce((
        select json_agg(json_build_object('id', run.id, 'status', run.shown_status, 'state', run.state,
          'leaseUntil', run.lease_until, 'heartbeatAt', run.heartbeat_at) order by run.claimed_at desc, run.id)
        from (select * from held where held.owner = runner.id and visible
          order by claimed_at desc, id limit :runsOfRunner) as run), '[]')) order by connected desc, started_at desc)
    from (select * from known order by connected desc, started_at desc limit :runners) as runner), '[]') as runners,
  coalesce((select json_agg(json_build_object('id', id, 'since', since) order by since, id) from supervisor), '[]') as supervisors,
  (select json_build_object('id', holder, 'until', until) from leaders
    where role = 'supervisor' and until > clock_timestamp()) as leader
from (select
  (select count(*)::int from (select from runs where ${WAITS} order by created_at, id limit :waiting) as waiting) as length,
  (select created_at from runs where ${WAITS} order by created_at, id limit 1) as oldest) as queue`;
