import { change, type OnlineMigration } from '../online/stage.ts';

const ACCOUNTS = `
create table if not exists users (
  id uuid primary key,
  email text not null unique,
  password_hash text not null,
  role text not null check (role in ('admin', 'member')),
  created_at timestamptz not null default clock_timestamp()
);
create table if not exists projects (
  id uuid primary key,
  label text not null,
  color text not null default '#6366f1',
  created_at timestamptz not null default clock_timestamp()
);
create table if not exists project_members (
  project_id uuid not null references projects (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  role text not null check (role in ('viewer', 'operator', 'owner')),
  primary key (project_id, user_id)
);
create index if not exists project_members_user on project_members (user_id);
create table if not exists api_keys (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  label text not null,
  prefix text not null,
  key_hash text not null unique,
  scopes text[] not null,
  created_at timestamptz not null default clock_timestamp()
);
create index if not exists api_keys_user on api_keys (user_id);`;

const RUNS = `
create table if not exists runs (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  project_id uuid not null,
  base_url text not null,
  context_id text,
  plan json not null,
  status text not null default 'running' check (status in ('running', 'cancelling', 'pass', 'fail')),
  state text not null,
  snapshot jsonb not null,
  machine_version int not null,
  owner uuid,
  epoch int not null default 0,
  last_seq int not null default 0,
  lease_until timestamptz,
  heartbeat_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  queue_until timestamptz not null,
  claimed_at timestamptz,
  finished_at timestamptz,
  cancelled boolean not null default false,
  stale boolean not null default false,
  cancel_requested_at timestamptz,
  cancel_by text check (cancel_by in ('user', 'supervisor', 'shutdown')),
  cancel_mode text check (cancel_mode in ('graceful', 'force')),
  cancel_reason text,
  cancel_user_id uuid,
  cancel_key_id uuid,
  error text,
  stop_reason text,
  video_path text,
  verdict jsonb,
  published_seq int not null default 0,
  published_rank int not null default 0,
  shown_status text not null generated always as (
    case when status = 'running' and cancel_requested_at is not null then 'cancelling' else status end
  ) stored,
  constraint runs_cancel_wins check (
    cancel_requested_at is null or status in ('running', 'cancelling') or (status = 'fail' and cancelled)
  ),
  constraint runs_pass_is_not_cancelled check (not (status = 'pass' and cancelled)),
  constraint runs_final_has_end check ((status in ('pass', 'fail')) = (finished_at is not null))
);`;

const RUN_RECORDS = `
create table if not exists events (
  run_id uuid not null references runs (id) on delete cascade,
  seq int not null,
  type text not null,
  step_index int,
  payload json not null,
  at timestamptz not null,
  primary key (run_id, seq)
);
create unique index if not exists events_one_run_end on events (run_id) where type = 'run_end';
create table if not exists status_changes (
  run_id uuid not null references runs (id) on delete cascade,
  status text not null check (status in ('running', 'cancelling', 'pass', 'fail')),
  after_seq int not null,
  at timestamptz not null,
  primary key (run_id, status)
);
create table if not exists steps (
  run_id uuid not null references runs (id) on delete cascade,
  index int not null,
  epoch int not null,
  action text not null,
  ok boolean not null,
  error text,
  screenshot_path text,
  a11y text,
  at timestamptz not null default clock_timestamp(),
  primary key (run_id, index)
);
create table if not exists late_results (
  id bigint primary key generated always as identity,
  run_id uuid not null references runs (id) on delete cascade,
  epoch int not null,
  owner uuid not null,
  browser_closed boolean not null,
  result jsonb not null,
  at timestamptz not null default clock_timestamp()
);
create index if not exists late_results_run on late_results (run_id);`;

const RUN_INDEXES = `
create index if not exists runs_claim on runs (created_at, id) where status = 'running' and owner is null and cancel_requested_at is null;
create index if not exists runs_lease on runs (lease_until) where status in ('running', 'cancelling') and owner is not null;
create index if not exists runs_cancel on runs (cancel_requested_at)
  where status in ('running', 'cancelling') and cancel_requested_at is not null;
create index if not exists runs_queue on runs (queue_until) where status = 'running' and owner is null;
create index if not exists runs_newest on runs (created_at desc, id desc);
create index if not exists runs_of_user on runs (user_id, created_at desc, id desc);
create index if not exists runs_of_project on runs (project_id, created_at desc, id desc);
create index if not exists runs_finished on runs (finished_at) where status in ('pass', 'fail');
create index if not exists runs_unpublished on runs (created_at) where published_seq < last_seq
  or published_rank < case status when 'running' then 1 when 'cancelling' then 2 else 4 end;`;

const RUN_GUARD = `
create or replace function guard_run() returns trigger language plpgsql as $$
begin
  if old.status in ('pass', 'fail') then
    if (new.status, new.state, new.epoch, new.owner, new.last_seq, new.snapshot, new.finished_at, new.cancelled, new.stale,
        new.cancel_requested_at, new.cancel_by, new.cancel_mode, new.cancel_reason, new.cancel_user_id, new.cancel_key_id,
        new.error, new.stop_reason, new.video_path, new.verdict)
       is distinct from
       (old.status, old.state, old.epoch, old.owner, old.last_seq, old.snapshot, old.finished_at, old.cancelled, old.stale,
        old.cancel_requested_at, old.cancel_by, old.cancel_mode, old.cancel_reason, old.cancel_user_id, old.cancel_key_id,
        old.error, old.stop_reason, old.video_path, old.verdict)
    then raise exception 'I1: run % is final (%)', old.id, old.status using errcode = 'check_violation'; end if;
  elsif old.status = 'cancelling' and new.status not in ('cancelling', 'fail') then
    raise exception 'I1: run % cannot go from cancelling to %', old.id, new.status using errcode = 'check_violation';
  elsif new.epoch < old.epoch or new.last_seq < old.last_seq then
    raise exception 'I2: epoch and last_seq of run % never fall', old.id using errcode = 'check_violation';
  elsif old.cancel_requested_at is not null and new.cancel_requested_at is distinct from old.cancel_requested_at then
    raise exception 'I3: the cancel of run % is recorded once', old.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create or replace trigger guard_run before update on runs for each row execute function guard_run();

create or replace function guard_event() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then raise exception 'events are never changed' using errcode = 'check_violation'; end if;
  if exists (select from events where run_id = new.run_id and type = 'run_end' and seq < new.seq) then
    raise exception 'I6: run % has its run_end', new.run_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create or replace trigger guard_event before insert or update on events for each row execute function guard_event();`;

const PROCESSES = `
create table if not exists runners (
  id uuid primary key,
  lock_key int not null unique generated always as identity,
  host text not null,
  pid int not null,
  slots int not null,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp()
);
create table if not exists leaders (
  role text primary key,
  holder uuid not null,
  until timestamptz not null
);`;

/** Accounts, runs and their events; I1, I3 and I6 as constraints and triggers. */
export const Migration20261125000000_runs: OnlineMigration = {
  name: 'Migration20261125000000_runs',
  stages: [
    change(
      'create the tables of accounts, runs, events and processes',
      {},
      [ACCOUNTS, RUNS, RUN_RECORDS, RUN_INDEXES, RUN_GUARD, PROCESSES].join('\n'),
    ),
  ],
};
