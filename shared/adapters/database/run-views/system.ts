import type { Status } from '#shared/domain/run/status.ts';
import { SESSION_LOCKS } from '../processes/session.ts';
import type { Sql } from '../sql.ts';
import { type FailingWebhooks, failingOf, type WebhooksShown } from '../webhooks/failing.ts';

/** The processes that carry runs, at one moment, as the database knows them. Times inside JSON are strings. */
export interface SystemRow {
  now: Date;
  running: number;
  cancelling: number;
  runners: RunnerRow[];
  supervisors: SupervisorRow[];
  leader: { id: string; until: string } | null;
  webhooks: FailingWebhooks;
}

export interface RunnerRow {
  id: string;
  host: string;
  pid: number;
  slots: number;
  browsers: number | null;
  labels: string[];
  /** Why it claims nothing now, as it said last; of any version. */
  unavailable: string | null;
  /** Why it has no browser, in words. */
  trouble: string | null;
  startedAt: string;
  seenAt: string;
  /** Its process holds its session lock, which ends with it. */
  connected: boolean;
  /** Whether it has missed more than two heartbeats. */
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
  /** Whose runs are listed: everybody's, those of the viewer and its projects, or nobody's. */
  shows: 'everybody' | 'own' | 'nobody';
  /** A runner without a heartbeat for so long counts as silent. */
  silentMs: number;
  /** Whose webhooks are counted. */
  webhooks: WebhooksShown;
  runsOfRunner: number;
  runners: number;
}

/** How long a runner that has ended stays listed. */
const REMEMBERED = "interval '5 minutes'";

export const readSystem = async (sql: Sql, wanted: SystemToRead): Promise<SystemRow> =>
  (await sql.row<SystemRow>(READ_SYSTEM, {
    viewerId: wanted.viewerId,
    shows: wanted.shows,
    silentMs: wanted.silentMs,
    webhooks: wanted.webhooks,
    runsOfRunner: wanted.runsOfRunner,
    runners: wanted.runners,
  }))!;

/** Each row's fields with the SQL that reads them: a field that is added to its type does not compile without. */
type Expressions<Row> = Readonly<Record<keyof Row, string>>;

const HELD_RUN: Expressions<HeldRunRow> = {
  id: 'run.id',
  status: 'run.shown_status',
  state: 'run.state',
  leaseUntil: 'run.until',
  heartbeatAt: 'run.renewed_at',
};

const RUNNER: Expressions<RunnerRow> = {
  id: 'runner.id',
  host: 'runner.host',
  pid: 'runner.pid',
  slots: 'runner.slots',
  browsers: 'runner.browsers',
  labels: 'runner.labels',
  unavailable: 'runner.unavailable',
  trouble: 'runner.trouble',
  startedAt: 'runner.started_at',
  seenAt: 'runner.seen_at',
  connected: 'runner.connected',
  silent: "runner.seen_at < clock_timestamp() - :silentMs::float8 * interval '1 ms'",
  busy: 'runner.busy',
  runs: `coalesce((
    select json_agg(${objectOf(HELD_RUN)} order by run.claimed_at desc, run.id)
    from (select * from held where held.owner = runner.id and visible
      order by claimed_at desc, id limit :runsOfRunner) as run), '[]')`,
};

const SUPERVISOR: Expressions<SupervisorRow> = { id: 'id', since: 'since' };

const SYSTEM: Expressions<SystemRow> = {
  now: 'clock_timestamp()',
  running: "(select count(*)::int from held where shown_status = 'running')",
  cancelling: "(select count(*)::int from held where shown_status = 'cancelling')",
  runners: `coalesce((
    select json_agg(${objectOf(RUNNER)} order by connected desc, started_at desc)
    from (select * from known order by connected desc, started_at desc limit :runners) as runner), '[]')`,
  supervisors: `coalesce((select json_agg(${objectOf(SUPERVISOR)} order by since, id) from supervisor), '[]')`,
  leader: `(select json_build_object('id', holder, 'until', until) from leaders
    where role = 'supervisor' and until > clock_timestamp())`,
  webhooks: failingOf(`(:webhooks = 'everybody' or (:webhooks = 'own' and exists (
    select from project_members as member where member.project_id = webhooks.project_id and member.user_id = :viewerId
      and member.role = 'owner')))`),
};

function objectOf(expressions: Readonly<Record<string, string>>): string {
  const fields = Object.entries(expressions).map(([name, expression]) => `'${name}', ${expression}`);
  return `json_build_object(${fields.join(', ')})`;
}

const columnsOf = (expressions: Readonly<Record<string, string>>): string =>
  Object.entries(expressions)
    .map(([name, expression]) => `${expression} as "${name}"`)
    .join(', ');

/**
 * Supervisors have no table; their database connections carry their id. The runs that are held are looked up lease by
 * lease: whatever waits or is stored, PostgreSQL does not read all runs for them.
 */
const READ_SYSTEM = `
with locks as materialized (
  select lock.objid from pg_locks as lock where ${SESSION_LOCKS}
), held as materialized (
  select runs.id, runs.owner, shown_status, state, leases.until, leases.renewed_at, claimed_at,
    :shows = 'everybody' or (:shows = 'own' and (runs.user_id = :viewerId or exists (
      select from project_members as member where member.project_id = runs.project_id and member.user_id = :viewerId))) as visible
  from leases cross join lateral (
    select * from runs where id = leases.run_id and epoch = leases.epoch and runs.owner is not null
      and status in ('running', 'cancelling') offset 0) as runs
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
select ${columnsOf(SYSTEM)}`;
