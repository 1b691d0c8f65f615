import {
  backfill,
  buildIndex,
  type Cursor,
  change,
  dropIndex,
  NO_UUID,
  type OnlineMigration,
  type Stage,
  validateCheck,
} from '../online/stage.ts';
import type { Sql } from '../sql.ts';

/** A deleted user stays for the runs it started; its e-mail is free again. */
const ACCOUNTS: readonly Stage[] = [
  change(
    'add a column to users',
    { users: 'access exclusive' },
    'alter table users add column if not exists deleted_at timestamptz',
  ),
  buildIndex('users', 'users_email', '(email) where deleted_at is null', { unique: true }),
  change(
    'drop a constraint of users',
    { users: 'access exclusive' },
    'alter table users drop constraint if exists users_email_key',
  ),
  change(
    'add columns to api_keys',
    { api_keys: 'access exclusive' },
    `alter table api_keys
       add column if not exists expires_at timestamptz, add column if not exists last_used_at timestamptz`,
  ),
  change(
    'create the table login_attempts',
    {},
    `create table if not exists login_attempts (
  subject text primary key,
  failures int not null,
  until timestamptz not null
);
create index if not exists login_attempts_until on login_attempts (until)`,
  ),
];

/** A run that was on its way in when its user was deleted comes in with a recorded cancel. */
const GUARD_ACCEPT = `
create or replace function guard_accept() returns trigger language plpgsql as $$
declare gone timestamptz;
begin
  select deleted_at into gone from users where id = new.user_id for key share;
  if gone is not null then
    new.cancel_requested_at = clock_timestamp();
    new.cancel_by = 'user';
    new.cancel_mode = 'graceful';
    new.cancel_reason = 'the user was deleted';
  end if;
  return new;
end $$;
create or replace trigger guard_accept before insert on runs for each row execute function guard_accept()`;

/**
 * `options` is how the run was asked to be treated, as it was posted, for a rerun. `flow_by` wrote its steps, whose fill
 * values only that user may send to another origin; null where several users did.
 */
const COLUMNS = `
alter table runs
  add column if not exists rerun_of uuid,
  add column if not exists attempt int not null default 1,
  add column if not exists on_runner_loss text not null default 'fail',
  add column if not exists queue_timeout_ms bigint not null default 3600000,
  add column if not exists concurrency_key text,
  add column if not exists options json not null default '{}',
  add column if not exists flow_by uuid,
  add column if not exists cancel_asked_at timestamptz`;

const hasConstraint = (table: string, name: string) =>
  `select from pg_constraint where conrelid = '${table}'::regclass and conname = '${name}'`;

/** Not in the same statement as the column: all rows would be read while nobody gets to the table. */
const addCheck = (table: string, name: string, check: string): readonly Stage[] => [
  change(
    `add a constraint to ${table}`,
    { [table]: 'access exclusive' },
    `alter table ${table} add constraint ${name} check (${check}) not valid`,
    hasConstraint(table, name),
  ),
  validateCheck(table, name),
];

/** Only a rerun can have steps of several users. */
const WITHOUT_WRITER = 'flow_by is null and rerun_of is null';
const FILL_WRITERS = `
with page as materialized (select id from runs where id > :id::uuid order by id limit 2000),
locked as materialized (
  select runs.id from runs join page on runs.id = page.id
  where ${WITHOUT_WRITER} order by runs.id for no key update of runs skip locked
), filled as (update runs set flow_by = user_id from locked where runs.id = locked.id)
select id from page order by id desc limit 1`;

const RUNS: readonly Stage[] = [
  change('add columns to runs', { runs: 'access exclusive' }, COLUMNS),
  ...addCheck('runs', 'runs_on_runner_loss_check', `on_runner_loss in ('fail', 'requeue')`),
  change('create a trigger on runs', { runs: 'share row exclusive' }, GUARD_ACCEPT),
  backfill('runs', 'fill flow_by of runs', {
    first: { id: NO_UUID },
    batch: (sql: Sql, after: Cursor) => sql.row<Cursor>(FILL_WRITERS, after),
    left: `select from runs where ${WITHOUT_WRITER} and created_at < :started limit 1`,
  }),
];

const HAS_KEY_OF_ATTEMPTS = `select from pg_index where indrelid = 'steps'::regclass and indisprimary and indnkeyatts = 4`;

/** `phase`: the flow's steps, or those that clean up after a cancel. Every attempt of a requeued run has its own. */
const STEPS: readonly Stage[] = [
  change(
    'add columns to steps',
    { steps: 'access exclusive' },
    `alter table steps
       add column if not exists attempt int not null default 1, add column if not exists phase text not null default 'flow'`,
  ),
  ...addCheck('steps', 'steps_phase_check', `phase in ('flow', 'onCancel')`),
  buildIndex('steps', 'steps_of_attempt', '(run_id, attempt, phase, index)', {
    unique: true,
    unless: HAS_KEY_OF_ATTEMPTS,
  }),
  change(
    'change the primary key of steps',
    { steps: 'access exclusive' },
    `alter table steps drop constraint steps_pkey;
     alter table steps add constraint steps_pkey primary key using index steps_of_attempt`,
    HAS_KEY_OF_ATTEMPTS,
  ),
];

const IDEMPOTENCY = `
create table if not exists idempotency_keys (
  user_id uuid not null references users (id) on delete cascade,
  key text not null,
  body_hash text not null,
  run_id uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (user_id, key)
);
create index if not exists idempotency_keys_age on idempotency_keys (created_at);`;

const CANCEL_JOBS = `
create table if not exists cancel_jobs (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  key_id uuid,
  reason text,
  mode text not null check (mode in ('graceful', 'force')),
  request jsonb,
  matched int not null,
  already_final int not null,
  failures jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);
create index if not exists cancel_jobs_of_user on cancel_jobs (user_id, created_at desc, id desc);
create index if not exists cancel_jobs_newest on cancel_jobs (created_at desc, id desc);`;

const CANCEL_JOB_RUNS = `
create table if not exists cancel_job_runs (
  job_id uuid not null references cancel_jobs (id) on delete cascade,
  run_id uuid not null references runs (id) on delete cascade,
  primary key (job_id, run_id)
);
create index if not exists cancel_job_runs_run on cancel_job_runs (run_id);`;

const TABLES: readonly Stage[] = [
  change('create the table idempotency_keys', { users: 'share row exclusive' }, IDEMPOTENCY),
  change('create the table cancel_jobs', { users: 'share row exclusive' }, CANCEL_JOBS),
  change(
    'create the table cancel_job_runs',
    { cancel_jobs: 'share row exclusive', runs: 'share row exclusive' },
    CANCEL_JOB_RUNS,
  ),
];

const QUEUED = `status = 'running' and owner is null and cancel_requested_at is null`;
const HELD = `owner is not null and status in ('running', 'cancelling')`;

/** Of the runs with one concurrency key, one has an owner: the database refuses a second, whatever two runners see. */
const CLAIMING: readonly Stage[] = [
  buildIndex(
    'runs',
    'runs_one_of_key',
    `(project_id, concurrency_key) where concurrency_key is not null and ${HELD}`,
    { unique: true },
  ),
  buildIndex(
    'runs',
    'runs_of_key',
    `(project_id, concurrency_key, created_at)
     where concurrency_key is not null and status in ('running', 'cancelling')`,
  ),
  buildIndex('runs', 'runs_queued', `(user_id, created_at, id) where ${QUEUED}`),
  buildIndex('runs', 'runs_held', `(user_id, project_id) where ${HELD}`),
  buildIndex('runs', 'runs_queued_of_project', `(project_id) where ${QUEUED}`),
  buildIndex('runs', 'runs_claimed', '(user_id, claimed_at desc) where claimed_at is not null'),
  dropIndex('runs', 'runs_claim'),
];

/** Makes room for a new index of the same name; the old one serves until the new one is there. */
const renameIndex = (name: string) =>
  change(
    `rename the index ${name} of runs`,
    {},
    `alter index ${name} rename to ${name}_before`,
    `select where to_regclass('${name}_before') is not null
       or exists (select from pg_index where indexrelid = to_regclass('${name}') and indnkeyatts > 3)`,
  );

/**
 * Lists: each index names all that a list filters by, then the order, so that a page costs the same however many runs
 * there are. The status is always among it: a list of all of them puts the four together, and so needs no other index.
 * No two begin alike, lest a plan takes the wrong one and reads all that the first column lets through.
 */
const LISTS: readonly Stage[] = [
  renameIndex('runs_of_user'),
  renameIndex('runs_of_project'),
  buildIndex('runs', 'runs_of_status', '(shown_status, created_at, id)'),
  buildIndex('runs', 'runs_of_project', '(project_id, shown_status, created_at, id)'),
  buildIndex('runs', 'runs_of_user', '(user_id, project_id, shown_status, created_at, id)'),
  buildIndex(
    'runs',
    'runs_of_context',
    '(context_id, shown_status, created_at, id) where context_id is not null',
  ),
  buildIndex(
    'runs',
    'runs_of_project_context',
    '((project_id::text || context_id), shown_status, created_at, id) where context_id is not null',
  ),
  buildIndex(
    'runs',
    'runs_of_user_context',
    '((user_id::text || project_id::text || context_id), shown_status, created_at, id) where context_id is not null',
  ),
  dropIndex('runs', 'runs_newest'),
  dropIndex('runs', 'runs_of_user_before'),
  dropIndex('runs', 'runs_of_project_before'),
];

/** As before, and what became of a run's attempts stays too. */
const RUN_GUARD = `
create or replace function guard_run() returns trigger language plpgsql as $$
begin
  if old.status in ('pass', 'fail') then
    if (new.status, new.state, new.epoch, new.owner, new.last_seq, new.snapshot, new.finished_at, new.cancelled, new.stale,
        new.cancel_requested_at, new.cancel_by, new.cancel_mode, new.cancel_reason, new.cancel_user_id, new.cancel_key_id,
        new.cancel_asked_at, new.error, new.stop_reason, new.video_path, new.verdict, new.attempt, new.rerun_of)
       is distinct from
       (old.status, old.state, old.epoch, old.owner, old.last_seq, old.snapshot, old.finished_at, old.cancelled, old.stale,
        old.cancel_requested_at, old.cancel_by, old.cancel_mode, old.cancel_reason, old.cancel_user_id, old.cancel_key_id,
        old.cancel_asked_at, old.error, old.stop_reason, old.video_path, old.verdict, old.attempt, old.rerun_of)
    then raise exception 'I1: run % is final (%)', old.id, old.status using errcode = 'check_violation'; end if;
  elsif old.status = 'cancelling' and new.status not in ('cancelling', 'fail') then
    raise exception 'I1: run % cannot go from cancelling to %', old.id, new.status using errcode = 'check_violation';
  elsif new.epoch < old.epoch or new.last_seq < old.last_seq then
    raise exception 'I2: epoch and last_seq of run % never fall', old.id using errcode = 'check_violation';
  elsif old.cancel_requested_at is not null and new.cancel_requested_at is distinct from old.cancel_requested_at then
    raise exception 'I3: the cancel of run % is recorded once', old.id using errcode = 'check_violation';
  elsif old.cancel_requested_at is not null and (new.owner is null and old.owner is not null or new.attempt <> old.attempt) then
    raise exception 'I3: run % has a recorded cancel and is not requeued', old.id using errcode = 'check_violation';
  end if;
  return new;
end $$;`;

/** Teams and keys, cancel receipts and bulk cancels, reruns, requeues, idempotency, fair claiming, filtered lists. */
export const Migration20261125120000_run_api: OnlineMigration = {
  name: 'Migration20261125120000_run_api',
  stages: [
    ...ACCOUNTS,
    ...RUNS,
    ...STEPS,
    ...TABLES,
    ...CLAIMING,
    ...LISTS,
    change('change the guard of runs', {}, RUN_GUARD),
  ],
};
