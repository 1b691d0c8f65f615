/**
 * The records of runs, in partitions by the day in the run's id; `shared/adapters/database/days` makes them, and other days
 * use the default one. No foreign keys: they would lock `runs` for each new partition, and check each row.
 */
const EVENTS = `
create table events (
  run_id uuid not null,
  seq int not null,
  type text not null,
  step_index int,
  payload json not null,
  at timestamptz not null,
  primary key (run_id, seq)
) partition by range (run_id);
create unique index events_one_run_end on events (run_id) where type = 'run_end';
create table events_other partition of events default;`;

/** `phase`: the flow's steps, or those that clean up after a cancel. Every attempt of a requeued run has its own. */
const STEPS = `
create table steps (
  run_id uuid not null,
  attempt int not null default 1,
  phase text not null default 'flow' check (phase in ('flow', 'onCancel')),
  index int not null,
  epoch int not null,
  action text not null,
  ok boolean not null,
  error text,
  screenshot_path text,
  a11y text,
  result_name text,
  result json,
  at timestamptz not null default clock_timestamp(),
  check ((result_name is null) = (result is null)),
  primary key (run_id, attempt, phase, index)
) partition by range (run_id);
create table steps_other partition of steps default;`;

/** What another run can begin with, or the same one go on with once it was parked: sealed with the key of the vault, and the same until so many steps were done. */
const PAGE_STATES = `
create table page_states (
  run_id uuid not null,
  kind text not null check (kind in ('fork', 'park')),
  attempt int not null,
  done int not null,
  same_until int not null,
  sealed text not null,
  not_carried jsonb not null,
  at timestamptz not null default clock_timestamp(),
  check (same_until >= done),
  primary key (run_id, kind, attempt, done)
) partition by range (run_id);
alter table page_states alter column sealed set storage external;
create table page_states_other partition of page_states default;`;

const STATUS_CHANGES = `
create table status_changes (
  run_id uuid not null,
  status text not null check (status in ('running', 'cancelling', 'pass', 'fail')),
  after_seq int not null,
  at timestamptz not null,
  primary key (run_id, status)
) partition by range (run_id);
create table status_changes_other partition of status_changes default;`;

/**
 * I6. The events of the statement that ends a run count in its `last_seq` already. A second `run_end` is refused by
 * `events_one_run_end`: a look at other events would lock the partitions of all days.
 */
const GUARD_EVENT = `
create function guard_event() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then raise exception 'events are never changed' using errcode = 'check_violation'; end if;
  if exists (select from runs where id = new.run_id and status in ('pass', 'fail') and last_seq < new.seq) then
    raise exception 'I6: this run is over, and has no event after its last' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger guard_event before insert or update on events for each row execute function guard_event();`;

/** Stands for the foreign keys: what was recorded of a run goes with it. Not where the whole day goes: its partitions are dropped. */
const DELETE_RECORDS = `
create function delete_records() returns trigger language plpgsql as $$
begin
  delete from events where run_id = old.id;
  delete from steps where run_id = old.id;
  delete from status_changes where run_id = old.id;
  delete from secret_uses where run_id = old.id;
  delete from page_states where run_id = old.id;
  return null;
end $$;
create trigger delete_records after delete on runs for each row
  when (coalesce(current_setting('ghostly.day_goes', true), '') <> 'on') execute function delete_records();`;

/** What an owner still had to say after it lost a run. */
const LATE_RESULTS = `
create table late_results (
  id bigint primary key generated always as identity,
  run_id uuid not null references runs (id) on delete cascade,
  epoch int not null,
  owner uuid not null,
  browser_closed boolean not null,
  result jsonb not null,
  at timestamptz not null default clock_timestamp()
);
create index late_results_run on late_results (run_id);`;

export const RUN_RECORDS =
  EVENTS + STEPS + PAGE_STATES + STATUS_CHANGES + GUARD_EVENT + DELETE_RECORDS + LATE_RESULTS;
