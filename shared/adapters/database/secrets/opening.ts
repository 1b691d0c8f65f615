/*
 * The opening of a secret by the owner of a run: one statement asks whether it may, records that it did, and returns the sealed
 * value (I17). It waits for no lock of a secret: commits of other runs share its connections.
 */
import type { SecretKind } from '#shared/domain/flow/vault.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import { OWN_RUN, type OwnedBy } from '../owned-run.ts';
import type { Statements } from '../sql.ts';

export interface Opening extends OwnedBy {
  name: string;
  kind: SecretKind;
  phase: StepPhase;
  /** Index of the step within its phase. */
  step: number;
  /** The frame's in which the value is to be typed. */
  origin: string;
}

/** A sealed value with its place. */
export interface SealedSecret {
  projectId: string;
  name: string;
  kind: SecretKind;
  version: number;
  origins: string[];
  sealed: string;
}

/** `not_owned`: the run has another owner, or its lease is over. `forbidden`: its user may not use secrets of its project. */
type OpeningRefusal =
  | { refused: 'not_owned' | 'forbidden' | 'missing' }
  | { refused: 'origin'; origins: string[] };

interface OpenedRow extends SealedSecret {
  isOwned: boolean;
  isAllowed: boolean;
  /** Null: there is no such secret. */
  givenFor: string[] | null;
}

export async function openSecret(sql: Statements, opening: Opening): Promise<SealedSecret | OpeningRefusal> {
  const row = await sql.row<OpenedRow>(OPEN, { ...opening });
  if (!row?.isOwned) return { refused: 'not_owned' };
  if (!row.isAllowed) return { refused: 'forbidden' };
  const { isOwned: _, isAllowed: __, givenFor, ...secret } = row;
  if (givenFor === null) return { refused: 'missing' };
  return secret.sealed === null ? { refused: 'origin', origins: givenFor } : secret;
}

/** When a secret was last used is left out while others write it. */
const OPEN = `
with ${OWN_RUN},
opened as materialized (
  select secrets.* from secrets, own
  where own.may_use_secrets and secrets.project_id = own.project_id and secrets.name = :name and secrets.kind = :kind and :origin = any (secrets.origins)
),
free as materialized (
  select id from secrets where id in (select id from opened) for no key update skip locked
),
touched as (
  update secrets set last_used_at = clock_timestamp(), last_used_by = own.user_id, last_used_run = own.id
  from own, free where secrets.id = free.id
),
used as (
  insert into secret_uses (run_id, project_id, secret_id, name, version, phase, step, origin, user_id)
  select own.id, own.project_id, opened.id, opened.name, opened.version, :phase, :step::int, :origin, own.user_id
  from opened, own
)
select exists (select from own) as "isOwned", exists (select from own where may_use_secrets) as "isAllowed",
  (select origins from secrets join own on secrets.project_id = own.project_id where secrets.name = :name and secrets.kind = :kind) as "givenFor",
  opened.project_id as "projectId", opened.name, opened.kind, opened.version, opened.origins, opened.sealed
from (select) as always left join opened on true`;

/** The next code of a seed that no run has had. */
export interface TakenCounter {
  /** The database's time, s. */
  now: number;
  counter: number;
}

export interface CounterWanted extends OwnedBy {
  /** The name of the secret. */
  name: string;
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
with ${OWN_RUN},
moment as materialized (select extract(epoch from clock_timestamp())::float8 as s),
free as materialized (
  select n as counter
  from moment, generate_series(
    floor((s + :leastLeft::float8) / :period::int)::bigint, floor((s + :within::float8) / :period::int)::bigint
  ) as n
  where not exists (select from totp_uses where project_id = (select project_id from own) and name = :name and counter = n)
  order by n limit 1
),
taken as (
  insert into totp_uses (project_id, name, counter, run_id) select own.project_id, :name, free.counter, own.id from free, own
  on conflict do nothing returning counter
)
select exists (select from own) as "isOwned", (select s from moment) as now, (select counter from free) as free,
  (select counter from taken) as counter`;

/** A secret that a run has used, and the counters of its codes. */
export interface UsedSealedSecret extends SealedSecret {
  counters: string[];
}

/** What a run has used under earlier owners, if the vault still has that version of it. */
export const usedByRun = (sql: Statements, runId: string, projectId: string): Promise<UsedSealedSecret[]> =>
  sql.rows<UsedSealedSecret>(USED, { runId, projectId });

const USED = `
select project_id as "projectId", name, kind, version, origins, sealed,
  array(
    select counter from totp_uses as taken
    where taken.project_id = secrets.project_id and taken.name = secrets.name and taken.run_id = :runId
  )::text[] as counters
from secrets
where project_id = :projectId and exists (
  select from secret_uses as used where used.run_id = :runId and used.secret_id = secrets.id and used.version = secrets.version
)`;
