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

const STATE = (
  row: string,
) => `jsonb_build_object('status', ${row}.status, 'state', ${row}.state, 'owner', ${row}.owner,
  'epoch', ${row}.epoch, 'last_seq', ${row}.last_seq, 'lease_until', ${row}.lease_until, 'finished_at', ${row}.finished_at,
  'cancel_requested_at', ${row}.cancel_requested_at, 'cancelled', ${row}.cancelled, 'attempt', ${row}.attempt)`;

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
begin
  if tg_op = 'INSERT' then
    insert into test_audit (run_id, before, after) values (new.id, null, ${STATE('new')});
  else
    insert into test_audit (run_id, before, after) values (new.id, ${STATE('old')}, ${STATE('new')});
  end if;
  return null;
end $$;
create trigger test_audit after insert or update on runs for each row execute function test_audit();`;
