/**
 * One row per run; columns of its ownership are guarded (`run-guards.ts`). `options` are as posted, for a rerun. Labels are
 * sorted. `victory` is apart from `assisted`, which lists unpack. Pages keep room for HOT updates, which write no index.
 */
const TABLE = `
create sequence run_ordinals as bigint;
create table runs (
  id uuid primary key,
  ordinal bigint not null default nextval('run_ordinals'),
  user_id uuid not null references users (id) on delete cascade,
  project_id uuid not null,
  base_url text not null,
  context_id text,
  plan json not null,
  options json not null default '{}',
  rerun_of uuid,
  rerun_at timestamptz,
  forked_from uuid,
  forked_step int,
  page_state jsonb,
  flow_name text,
  flow_version int,
  schedule_id uuid,
  trigger jsonb,
  name text,
  own_labels text[] not null default '{}',
  runner_labels text[] not null default '{}',
  concurrency_key text,
  on_runner_loss text not null default 'fail' check (on_runner_loss in ('fail', 'requeue')),
  assisted jsonb,
  victory jsonb,
  traceparent text,

  status text not null default 'running' check (status in ('running', 'cancelling', 'pass', 'fail')),
  state text not null,
  snapshot jsonb not null,
  machine_version int not null,
  owner uuid,
  epoch int not null default 0,
  last_seq int not null default 0,
  attempt int not null default 1,

  created_at timestamptz not null default clock_timestamp(),
  queue_timeout_ms bigint not null default 3600000,
  queue_until timestamptz not null,
  claimed_at timestamptz,
  finished_at timestamptz,

  cancelled boolean not null default false,
  stale boolean not null default false,
  error text,
  stop_reason text,
  video_path text,
  verdict jsonb,
  orders jsonb,
  parked_until timestamptz,

  cancel_asked_at timestamptz,
  cancel_requested_at timestamptz,
  cancel_by text check (cancel_by in ('user', 'supervisor', 'shutdown')),
  cancel_mode text check (cancel_mode in ('graceful', 'force')),
  cancel_reason text,
  cancel_user_id uuid,
  cancel_key_id uuid,
  cancel_repeats jsonb,
  cancel_traceparent text,

  shown_status text not null generated always as (
    case when status = 'running' and cancel_requested_at is not null then 'cancelling' else status end
  ) stored,
  constraint runs_cancel_wins check (
    cancel_requested_at is null or status in ('running', 'cancelling') or (status = 'fail' and cancelled)
  ),
  constraint runs_pass_is_not_cancelled check (not (status = 'pass' and cancelled)),
  constraint runs_fork_has_page check (num_nonnulls(forked_from, forked_step, page_state) in (0, 3)),
  constraint runs_parked_has_no_owner check (parked_until is null or (owner is null and status in ('running', 'fail'))),
  constraint runs_schedule_has_trigger check (schedule_id is null or trigger is not null),
  constraint runs_flow_has_version check ((flow_name is null) = (flow_version is null)),
  constraint runs_final_has_end check ((status in ('pass', 'fail')) = (finished_at is not null))
) with (fillfactor = 75);`;

/** Indexes of sweeps, retention and bulk cancels, each only over the runs that it is about. */
const SWEPT = `
create index runs_cancel on runs (cancel_requested_at)
  where status in ('running', 'cancelling') and cancel_requested_at is not null;
create index runs_queue on runs (queue_until) where status = 'running' and owner is null and parked_until is null;
create index runs_parked on runs (parked_until, id) where status = 'running' and parked_until is not null;
create index runs_finished on runs (finished_at) where status in ('pass', 'fail');
create index runs_held on runs (user_id, project_id) where owner is not null and status in ('running', 'cancelling');`;

/** Ended runs of a project and of a user in the order of their ends, for subscribers that have missed events. */
const ENDED = `
create index runs_ended_of_project on runs ((project_id::text), finished_at, id) where status in ('pass', 'fail');
create index runs_ended_of_user on runs ((user_id::text), finished_at, id) where status in ('pass', 'fail');`;

/** The runs that were forked off one, newest first. */
const FORKS = `
create index runs_forked on runs (forked_from, ordinal) where forked_from is not null;`;

/** The runs of a schedule that have not ended. */
const OF_SCHEDULES = `
create index runs_of_schedule on runs (schedule_id, id) where schedule_id is not null and status in ('running', 'cancelling');`;

/** The end of an id, which people use as its name (`shared/domain/run/short-id.ts`). */
const SHORT_IDS = `
create index runs_by_short_id on runs (right(id::text, 8));`;

/**
 * Lists: each index has all that a list filters by, then the order, so that a page costs the same at any number of runs. A
 * list of all statuses merges four. No two begin alike, or a plan might take the wrong one.
 */
const LISTED = `
create index runs_of_status on runs (shown_status, created_at, id);
create index runs_of_project on runs (project_id, shown_status, created_at, id);
create index runs_of_user on runs (user_id, project_id, shown_status, created_at, id);
create index runs_of_context on runs (context_id, shown_status, created_at, id) where context_id is not null;
create index runs_of_project_context on runs ((project_id::text || context_id), shown_status, created_at, id)
  where context_id is not null;
create index runs_of_user_context on runs ((user_id::text || project_id::text || context_id), shown_status, created_at, id)
  where context_id is not null;
create index runs_of_flow on runs ((project_id::text || flow_name), shown_status, created_at, id) where flow_name is not null;
create index runs_of_user_flow on runs ((user_id::text || project_id::text || flow_name), shown_status, created_at, id)
  where flow_name is not null;`;

/** The outcome of a run that did not pass, as `FAILED_AS` says it: what a released migration leaves behind never changes. */
const OUTCOME = `(case when cancel_requested_at is not null then 'cancelled' when cancelled or stale then 'lost' else 'fail' end)`;

const failed = (name: string, key: string, and = '') =>
  `\ncreate index ${name} on runs (${key}${OUTCOME}, created_at, id) where status = 'fail'${and};`;
const failedInContext = (name: string, key: string) => failed(name, key, ' and context_id is not null');
const failedOfFlow = (name: string, key: string) => failed(name, key, ' and flow_name is not null');

/** The same lists by outcome; written at the end of a run that did not pass. */
const FAILED = [
  failed('runs_failed', ''),
  failed('runs_failed_of_project', 'project_id, '),
  failed('runs_failed_of_user', 'user_id, project_id, '),
  failedInContext('runs_failed_of_context', 'context_id, '),
  failedInContext('runs_failed_of_project_context', '(project_id::text || context_id), '),
  failedInContext('runs_failed_of_user_context', '(user_id::text || project_id::text || context_id), '),
  failedOfFlow('runs_failed_of_flow', '(project_id::text || flow_name), '),
  failedOfFlow('runs_failed_of_user_flow', '(user_id::text || project_id::text || flow_name), '),
].join('');

/** Runs that need a person (`needs-attention.ts`), written at their end and when they are run again; and whom runs were stopped by. */
const UNATTENDED = `where status = 'fail' and cancel_requested_at is null and rerun_at is null`;
const ATTENTION = `
create index runs_unattended on runs (created_at, id) ${UNATTENDED};
create index runs_unattended_of_project on runs (project_id, created_at, id) ${UNATTENDED};
create index runs_unattended_of_user on runs (user_id, project_id, created_at, id) ${UNATTENDED};
create index runs_stopped_by on runs (cancel_user_id, project_id, shown_status, created_at, id) where cancel_user_id is not null;`;

export const RUNS = TABLE + SWEPT + ENDED + FORKS + OF_SCHEDULES + SHORT_IDS + LISTED + FAILED + ATTENTION;
