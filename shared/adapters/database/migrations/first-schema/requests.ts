/** A repeated start with the same key and body is answered with the run that the first one made. */
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

/** Bulk cancels: what was asked, and which runs that was about. How far one is stands in its runs. */
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

export const REQUESTS = IDEMPOTENCY + CANCEL_JOBS;
