/*
 * The login of a run, for its owner alone: what it begins with, and what is kept of it until it has passed. A login opens
 * nothing that its user may not use any more (I17).
 */
import type { ProfileStaleWhy } from '#shared/domain/events/profile-stale.ts';
import { OWN_RUN, type OwnedBy } from '../owned-run.ts';
import type { Statements } from '../sql.ts';

/** A profile as a run needs it. */
export interface RunProfile {
  id: string;
  check: { url: string; visible: string } | null;
  passkeys: boolean;
  /** Its current version; null: none is saved. */
  saved: { version: number; sealed: string; origins: string[]; ageMs: number; isTooOld: boolean } | null;
}

/** `not_owned`: the run has another owner, or its lease is over. `forbidden`: its user may not use secrets of its project. */
export type LoginRefusal = 'not_owned' | 'forbidden' | 'missing';

export async function readRunProfile(
  sql: Statements,
  owned: OwnedBy,
  name: string,
): Promise<RunProfile | LoginRefusal> {
  const row = await sql.row<{ isAllowed: boolean; profile: RunProfile | null }>(READ, { ...owned, name });
  if (!row) return 'not_owned';
  if (!row.isAllowed) return 'forbidden';
  return row.profile ?? 'missing';
}

const AGE_MS = `extract(epoch from clock_timestamp() - kept.saved_at) * 1000`;

const READ = `
with ${OWN_RUN}
select own.may_use_secrets as "isAllowed",
  (
    select json_build_object('id', profiles.id, 'passkeys', passkeys,
      'check', case when check_url is not null then json_build_object('url', check_url, 'visible', check_visible) end,
      'saved', case when kept.version is not null then json_build_object('version', kept.version, 'sealed', kept.sealed,
        'origins', kept.origins, 'ageMs', greatest(0, ${AGE_MS}), 'isTooOld', coalesce(${AGE_MS} > max_age_ms, false)) end)
    from profiles left join profile_versions as kept on kept.profile_id = profiles.id and kept.version = profiles.current
    where profiles.project_id = own.project_id and profiles.name = :name
  ) as profile
from own`;

/** What a run has found of a login; undefined: it lasts. */
export async function noteCheck(
  sql: Statements,
  checked: {
    profileId: string;
    version: number;
    why: Exclude<ProfileStaleWhy, 'empty' | 'too_old'> | undefined;
  },
): Promise<void> {
  await sql.rows(
    `update profiles set checked_at = clock_timestamp(), stale_why = :why
     where id = :profileId and current = :version::int`,
    { ...checked, why: checked.why ?? null },
  );
}

/** A number for the next version of the profile that a run has to itself; undefined: that is deleted, its user may not use it any more, or the run has another owner. */
export const takeVersion = async (
  sql: Statements,
  owned: OwnedBy,
  profileId: string,
): Promise<number | undefined> =>
  (await sql.row<{ version: number }>(TAKE, { ...owned, profileId }))?.version;

const TAKE = `
with ${OWN_RUN}
update profiles set version = version + 1 from own
where profiles.id = :profileId::uuid and profiles.project_id = own.project_id and own.may_use_secrets returning version`;

export interface KeptLogin extends OwnedBy {
  profileId: string;
  version: number;
  sealed: string;
  kid: string;
  origins: readonly string[];
  cookies: number;
}

/** Keeps it until its run has passed. False: the run has another owner, or the profile is deleted. */
export const keepLogin = async (sql: Statements, login: KeptLogin): Promise<boolean> =>
  (await sql.row(KEEP, { ...login })) !== undefined;

const KEEP = `
with ${OWN_RUN},
never_passed as (
  delete from profile_versions as old using own
  where old.profile_id = :profileId::uuid and old.saved_at is null and old.version < :version::int and own.may_use_secrets
)
insert into profile_versions (profile_id, version, sealed, kid, origins, cookies, run_id)
select profiles.id, :version::int, :sealed, :kid, :origins::text[], :cookies::int, own.id
from own join profiles on profiles.id = :profileId::uuid and profiles.project_id = own.project_id
where own.may_use_secrets
returning version`;
