import { Migration } from '@mikro-orm/migrations';

/** Teams and keys, cancel receipts and bulk cancels, reruns, requeues, idempotency, fair claiming, filtered lists. */
export class Migration20261125120000_run_api extends Migration {
  override up(): void {
    for (const statement of [ACCOUNTS, RUNS, STEPS, IDEMPOTENCY, CANCEL_JOBS, CLAIMING, LISTS, RUN_GUARD])
      this.addSql(statement);
  }
}

/**
 * A deleted user stays for the runs it started; its e-mail is free again. A run that was on its way in when its user
 * was deleted comes in with a recorded cancel.
 */
const ACCOUNTS = `
alter table users add column deleted_at timestamptz;
alter table users drop constraint users_email_key;
create unique index users_email on users (email) where deleted_at is null;
alter table api_keys add column expires_at timestamptz, add column last_used_at timestamptz;
create table login_attempts (
  subject text primary key,
  failures int not null,
  until timestamptz not null
);
create index login_attempts_until on login_attempts (until);
create function guard_accept() returns trigger language plpgsql as $$
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
create trigger guard_accept before insert on runs for each row execute function guard_accept();`;

/**
 * `options` is how the run was asked to be treated, as it was posted, for a rerun. `flow_by` wrote its steps, whose fill
 * values only that user may send to another origin; null where several users did.
 */
const RUNS = `
alter table runs
  add column rerun_of uuid,
  add column attempt int not null default 1,
  add column on_runner_loss text not null default 'fail' check (on_runner_loss in ('fail', 'requeue')),
  add column queue_timeout_ms bigint not null default 3600000,
  add column concurrency_key text,
  add column options json not null default '{}',
  add column flow_by uuid,
  add column cancel_asked_at timestamptz;
update runs set flow_by = user_id;`;

/** `phase`: the flow's steps, or those that clean up after a cancel. Every attempt of a requeued run has its own. */
const STEPS = `
alter table steps
  add column attempt int not null default 1,
  add column phase text not null default 'flow' check (phase in ('flow', 'onCancel'));
alter table steps drop constraint steps_pkey;
alter table steps add primary key (run_id, attempt, phase, index);`;

const IDEMPOTENCY = `
create table idempotency_keys (
  user_id uuid not null references users (id) on delete cascade,
  key text not null,
  body_hash text not null,
  run_id uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (user_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);`;

const CANCEL_JOBS = `
create table cancel_jobs (
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
create index cancel_jobs_of_user on cancel_jobs (user_id, created_at desc, id desc);
create index cancel_jobs_newest on cancel_jobs (created_at desc, id desc);
create table cancel_job_runs (
  job_id uuid not null references cancel_jobs (id) on delete cascade,
  run_id uuid not null references runs (id) on delete cascade,
  primary key (job_id, run_id)
);
create index cancel_job_runs_run on cancel_job_runs (run_id);`;

/** Of the runs with one concurrency key, one has an owner: the database refuses a second, whatever two runners see. */
const CLAIMING = `
create unique index runs_one_of_key on runs (project_id, concurrency_key)
  where concurrency_key is not null and owner is not null and status in ('running', 'cancelling');
create index runs_of_key on runs (project_id, concurrency_key, created_at)
  where concurrency_key is not null and status in ('running', 'cancelling');
drop index runs_claim;
create index runs_queued on runs (user_id, created_at, id)
  where status = 'running' and owner is null and cancel_requested_at is null;
create index runs_held on runs (user_id, project_id) where owner is not null and status in ('running', 'cancelling');
create index runs_queued_of_project on runs (project_id)
  where status = 'running' and owner is null and cancel_requested_at is null;
create index runs_claimed on runs (user_id, claimed_at desc) where claimed_at is not null;`;

/**
 * Lists: each index names all that a list filters by, then the order, so that a page costs the same however many runs
 * there are. The status is always among it: a list of all of them puts the four together, and so needs no other index.
 * No two begin alike, lest a plan takes the wrong one and reads all that the first column lets through.
 */
const LISTS = `
drop index runs_newest;
drop index runs_of_user;
drop index runs_of_project;
create index runs_of_status on runs (shown_status, created_at, id);
create index runs_of_project on runs (project_id, shown_status, created_at, id);
create index runs_of_user on runs (user_id, project_id, shown_status, created_at, id);
create index runs_of_context on runs (context_id, shown_status, created_at, id) where context_id is not null;
create index runs_of_project_context on runs ((project_id::text || context_id), shown_status, created_at, id)
  where context_id is not null;
create index runs_of_user_context on runs ((user_id::text || project_id::text || context_id), shown_status, created_at, id)
  where context_id is not null;`;

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
