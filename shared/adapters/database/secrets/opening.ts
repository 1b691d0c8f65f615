/*
 * The opening of a secret by the owner of a run: one statement asks whether it may, writes down that it did, and returns the
 * sealed value. So each opening is in the record before anything is opened (I17).
 */
import type { SecretKind } from '#shared/domain/flow/vault.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import { LEASE_HOLDS } from '../runs/leases.ts';
import type { Statements } from '../sql.ts';

/** A run as its owner knows it. */
export interface OwnedBy {
  runId: string;
  owner: string;
  epoch: number;
}

export interface Opening extends OwnedBy {
  name: string;
  kind: SecretKind;
  phase: StepPhase;
  /** Index of the step within its phase. */
  step: number;
  /** Of the frame in which the value is to be typed. */
  origin: string;
}

/** A sealed value with its place. */
export interface SealedSecret {
  id: string;
  projectId: string;
  name: string;
  kind: SecretKind;
  version: number;
  sealed: string;
}

/** `not_owned`: the run has another owner, or its lease is over. `forbidden`: its user may not use secrets of its project. */
type OpeningRefusal =
  | { refused: 'not_owned' | 'forbidden' | 'missing' }
  | { refused: 'origin'; origins: string[] };

interface OpenedRow extends SealedSecret {
  isOwned: boolean;
  isAllowed: boolean;
  origins: string[] | null;
}

export async function openSecret(sql: Statements, opening: Opening): Promise<SealedSecret | OpeningRefusal> {
  const row = await sql.row<OpenedRow>(OPEN, { ...opening });
  if (!row?.isOwned) return { refused: 'not_owned' };
  if (!row.isAllowed) return { refused: 'forbidden' };
  const { isOwned: _, isAllowed: __, origins, ...secret } = row;
  if (origins === null) return { refused: 'missing' };
  return secret.sealed === null ? { refused: 'origin', origins } : secret;
}

/** The run, if it is still owned so. */
const OWN = `
own as materialized (
  select runs.id, runs.user_id, runs.project_id from runs
  where runs.id = :runId and runs.owner = :owner and runs.epoch = :epoch and runs.status in ('running', 'cancelling') and ${LEASE_HOLDS}
)`;

/** The right may have been taken away since the run was started. */
const OPEN = `
with ${OWN},
allowed as materialized (
  select from own join users on users.id = own.user_id and users.deleted_at is null
  where users.role = 'admin' or exists (
    select from project_members as member where member.user_id = own.user_id and member.project_id = own.project_id and member.role in ('operator', 'owner')
  )
),
opened as (
  update secrets set last_used_at = clock_timestamp(), last_used_by = own.user_id, last_used_run = own.id
  from own, allowed
  where secrets.project_id = own.project_id and secrets.name = :name and secrets.kind = :kind and :origin = any (secrets.origins)
  returning secrets.id, secrets.project_id, secrets.name, secrets.kind, secrets.version, secrets.sealed
),
used as (
  insert into secret_uses (run_id, project_id, secret_id, name, version, phase, step, origin, user_id)
  select own.id, own.project_id, opened.id, opened.name, opened.version, :phase, :step::int, :origin, own.user_id
  from opened, own
)
select exists (select from own) as "isOwned", exists (select from allowed) as "isAllowed",
  (select origins from secrets join own on secrets.project_id = own.project_id where secrets.name = :name and secrets.kind = :kind) as origins,
  opened.id, opened.project_id as "projectId", opened.name, opened.kind, opened.version, opened.sealed
from (select) as always left join opened on true`;

/** The next code of a seed that no run has had. */
export interface TakenCounter {
  /** The database's time, s. */
  now: number;
  counter: number;
}

export interface CounterWanted extends OwnedBy {
  secretId: string;
  /** s. */
  period: number;
  /** A code with less time left is not taken, s. */
  leastLeft: number;
  /** Its time has to begin so soon, s. */
  within: number;
}

/** Takes the next free counter (I17: none is typed twice). `late`: it would begin after `within`. */
export async function takeCounter(
  sql: Statements,
  wanted: CounterWanted,
): Promise<TakenCounter | 'not_owned' | 'late'> {
  for (;;) {
    const row = await sql.row<CounterRow>(TAKE, { ...wanted });
    if (!row?.isOwned) return 'not_owned';
    if (row.counter !== null) return { now: row.now, counter: Number(row.counter) };
    if (row.free === null) return 'late';
    // Another run was faster: the one after it.
  }
}

interface CounterRow {
  isOwned: boolean;
  now: number;
  free: string | null;
  counter: string | null;
}

const TAKE = `
with ${OWN},
moment as materialized (select extract(epoch from clock_timestamp())::float8 as s),
free as materialized (
  select n as counter
  from moment, generate_series(
    floor((s + :leastLeft::float8) / :period::int)::bigint, floor((s + :within::float8) / :period::int)::bigint
  ) as n
  where not exists (select from totp_uses where secret_id = :secretId::uuid and counter = n)
  order by n limit 1
),
taken as (
  insert into totp_uses (secret_id, counter, run_id) select :secretId::uuid, free.counter, own.id from free, own
  on conflict do nothing returning counter
)
select exists (select from own) as "isOwned", (select s from moment) as now, (select counter from free) as free,
  (select counter from taken) as counter`;

/** A secret that a run has used, and the counters of its codes. */
export interface UsedSealedSecret extends SealedSecret {
  counters: string[];
}

/** What a run has used under earlier owners, as far as it is still in the vault. */
export const usedByRun = (sql: Statements, runId: string, projectId: string): Promise<UsedSealedSecret[]> =>
  sql.rows<UsedSealedSecret>(USED, { runId, projectId });

const USED = `
select id, project_id as "projectId", name, kind, version, sealed,
  array(select counter from totp_uses where secret_id = secrets.id and run_id = :runId)::text[] as counters
from secrets
where project_id = :projectId and exists (select from secret_uses where run_id = :runId and secret_id = secrets.id)`;
