/**
 * \`evaluated_to\`: which of its times were looked at; it only grows. \`next_at\`: its next time, and \`wakes_at\`, when that is
 * looked at; null once it has ended. \`scopes\`: of the key that made it; null: all of its user.
 */
const TABLE = `
create table schedules (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  name text not null,
  version int not null default 1,
  description text not null default '',
  cron text not null,
  timezone text not null,
  dst text not null check (dst in ('after_gap', 'skip')),
  flow_name text not null,
  flow_version int,
  start json not null,
  overlap text not null check (overlap in ('skip', 'queue_one', 'queue_all', 'cancel_previous', 'allow')),
  catch_up text not null check (catch_up in ('none', 'last', 'all')),
  catch_up_ms bigint not null check (catch_up_ms > 0),
  window_ms bigint not null check (window_ms >= 0),
  offset_ms bigint not null check (offset_ms >= 0),
  starts_at timestamptz,
  ends_at timestamptz,
  pause_after_failures int check (pause_after_failures > 0),
  user_id uuid not null,
  scopes text[],
  evaluated_to timestamptz not null,
  next_at timestamptz,
  wakes_at timestamptz,
  failures int not null default 0,
  paused_at timestamptz,
  paused_why text check (paused_why in ('user', 'failures', 'rights')),
  paused_reason text,
  paused_by uuid,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  unique (project_id, name),
  constraint schedules_wake_for_next check ((next_at is null) = (wakes_at is null)),
  constraint schedules_pause_has_why check ((paused_at is null) = (paused_why is null))
) with (fillfactor = 70);
create index schedules_due on schedules (wakes_at) where wakes_at is not null;`;

/**
 * The times of schedules that have come: each is one row, and has one run at most. One that is due is started by any gateway
 * after \`not_before\`. \`outcome\`: how its run ended, which is kept longer than the run.
 */
const OCCURRENCES = `
create table schedule_occurrences (
  schedule_id uuid not null references schedules (id) on delete cascade,
  nominal_at timestamptz not null,
  kind text not null check (kind in ('cron', 'catch_up', 'manual', 'backfill')),
  status text not null check (status in ('due', 'started', 'skipped_overlap', 'skipped_catch_up', 'skipped_paused', 'dst_gap', 'failed_to_start')),
  overlap text,
  reason text,
  run_id uuid,
  outcome text check (outcome in ('pass', 'fail', 'cancelled', 'lost')),
  not_before timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  primary key (schedule_id, nominal_at),
  constraint occurrences_started_have_run check ((status = 'started') = (run_id is not null))
);
create index schedule_occurrences_due on schedule_occurrences (not_before) where status = 'due';
create index schedule_occurrences_head on schedule_occurrences (schedule_id, nominal_at) where status = 'due';
create index schedule_occurrences_open on schedule_occurrences (run_id) where status = 'started' and outcome is null;
create index schedule_occurrences_oldest on schedule_occurrences (created_at);`;

/** A filter by name and labels is one of runs: of a schedule, of what its runs are started with. */
const IS_OF_SCHEDULE = (
  schedule: string,
) => `webhooks.project_id = ${schedule}.project_id and webhooks.disabled is null
    and (webhooks.filter_name is null or webhooks.filter_name = ${schedule}.start ->> 'name')
    and array(select json_array_elements_text(${schedule}.start -> 'labels')) @> webhooks.filter_labels`;

const DELIVER = (type: string, schedule: string, facts: string) => `
  insert into webhook_deliveries (message_id, webhook_id, type, at, facts, since, due_at)
  select message.id, webhooks.id, '${type}', moment.at, jsonb_strip_nulls(${facts}), moment.at, moment.at
  from (select gen_random_uuid() as id offset 0) as message, (select clock_timestamp() as at offset 0) as moment, webhooks
  where ${IS_OF_SCHEDULE(schedule)} and '${type}' = any (webhooks.events);`;

/** What is stored is sent, which holds for runs, too: in the transaction that pauses a schedule, or leaves an occurrence out. */
const NOTE = `
create function note_schedule_paused() returns trigger language plpgsql as $$
begin${DELIVER(
  'schedule.paused',
  'new',
  `jsonb_build_object('name', new.name, 'project', new.project_id, 'why', new.paused_why, 'reason', new.paused_reason,
    'failures', case when new.paused_why = 'failures' then new.failures end)`,
)}
  return null;
end $$;
create trigger note_schedule_paused after update of paused_at on schedules for each row
  when (new.paused_at is not null and old.paused_at is null) execute function note_schedule_paused();
create function note_schedule_skipped() returns trigger language plpgsql as $$
declare
  schedule schedules%rowtype;
begin
  select * into schedule from schedules where id = new.schedule_id;${DELIVER(
    'schedule.skipped',
    'schedule',
    `jsonb_build_object('name', schedule.name, 'project', schedule.project_id, 'nominalAt', new.nominal_at, 'status', new.status, 'reason', new.reason)`,
  )}
  return null;
end $$;
create trigger note_schedule_skipped after insert or update of status on schedule_occurrences for each row
  when (new.status in ('skipped_overlap', 'skipped_catch_up', 'dst_gap', 'failed_to_start')) execute function note_schedule_skipped();`;

export const SCHEDULES = TABLE + OCCURRENCES + NOTE;
