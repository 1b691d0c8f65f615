/* SQL about a login that counts once its run has passed, as part of the statement that stores that. */
import type { SavedLogin } from '../runs/transition.ts';

/** So many versions of a profile are kept. */
const KEPT_VERSIONS = 5;

/** Common table expressions, which lock the profile before its versions, as its deletion does: if `run` has a row, the version is the one that runs begin with; older ones go, and those of runs that did not pass. */
export const SAVED_LOGIN = `
locked_profile as materialized (
  select profiles.id, run.at from profiles, run where profiles.id = :profileId::uuid for no key update of profiles
),
saved_login as (
  update profile_versions as saved set saved_at = locked.at from locked_profile as locked
  where saved.profile_id = locked.id and saved.version = :savedVersion::int
  returning saved.profile_id, saved.version, saved.saved_at
),
current_login as (
  update profiles set current = saved.version, checked_at = saved.saved_at, stale_why = null from saved_login as saved
  where profiles.id = saved.profile_id
),
dropped_logins as (
  delete from profile_versions as old using saved_login as saved
  where old.profile_id = saved.profile_id and old.version < saved.version and (old.saved_at is null or old.version not in (
    select version from profile_versions as kept where kept.profile_id = saved.profile_id and kept.saved_at is not null
    order by version desc limit ${KEPT_VERSIONS - 1}))
)`;

export const loginValues = ({ profileId, version }: SavedLogin) => ({ profileId, savedVersion: version });
