import { rows } from '../../support/database/rows.ts';

/** Every change of a run's row with who made it, in the order of the changes: what the promises are about. */
export interface AuditRow {
  n: number;
  run_id: string;
  at: string;
  /** When its transaction began: before any guard was looked at. */
  began: string;
  /** The connection's `application_name`: a runner's holds its id. */
  writer: string;
  before: AuditedState | null;
  after: AuditedState;
}

interface AuditedState {
  status: string;
  state: string;
  owner: string | null;
  epoch: number;
  last_seq: number;
  lease_until: string | null;
  finished_at: string | null;
  cancel_requested_at: string | null;
  cancelled: boolean;
  attempt: number;
}

/** Kept by the database itself, so that no fault of a process or of the network can keep anything from it. */
export const installAudit = (databaseUrl: string): Promise<unknown> => rows(databaseUrl, INSTALL);

const STATE = (row: string, lease: string) => `jsonb_build_object(
  'status', ${row}.status, 'state', ${row}.state, 'owner', ${row}.owner, 'epoch', ${row}.epoch,
  'last_seq', ${row}.last_seq, 'lease_until', ${lease}, 'finished_at', ${row}.finished_at,
  'cancel_requested_at', ${row}.cancel_requested_at, 'cancelled', ${row}.cancelled, 'attempt', ${row}.attempt)`;

/**
 * Before a run changes its lease is still the one that its writer had; what becomes of it follows from the change. Each
 * renewal is a change, too. Runners are noted as they come, since one that leaves is forgotten.
 */
const INSTALL = `
create table test_audit (
  n bigint primary key generated always as identity,
  run_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  began timestamptz not null default now(),
  writer text not null default current_setting('application_name'),
  before jsonb,
  after jsonb not null
);
create function test_audit() returns trigger language plpgsql as $$
declare lease timestamptz;
begin
  if tg_op = 'INSERT' then
    insert into test_audit (run_id, before, after) values (new.id, null, ${STATE('new', 'null::timestamptz')});
  else
    select until into lease from leases where run_id = old.id and epoch = old.epoch;
    insert into test_audit (run_id, before, after) values (new.id, ${STATE('old', 'lease')}, ${STATE(
      'new',
      `case when new.epoch = old.epoch and new.status in ('running', 'cancelling') then lease end`,
    )});
  end if;
  return new;
end $$;
create trigger test_audit before insert or update on runs for each row execute function test_audit();
create function test_audit_of_lease() returns trigger language plpgsql as $$
declare run runs;
begin
  select * into run from runs where id = new.run_id and epoch = new.epoch;
  if found then
    insert into test_audit (run_id, before, after) values (run.id,
      ${STATE('run', "case when tg_op = 'UPDATE' and old.epoch = new.epoch then old.until end")}, ${STATE('run', 'new.until')});
  end if;
  return null;
end $$;
create trigger test_audit after insert or update on leases for each row execute function test_audit_of_lease();
create table test_runners as select id, pid from runners;
create function test_runners() returns trigger language plpgsql as $$
begin
  insert into test_runners values (new.id, new.pid);
  return null;
end $$;
create trigger test_runners after insert on runners for each row execute function test_runners();`;
