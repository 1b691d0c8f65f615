/* The login profiles of projects: their owners give and delete them (I11). What is saved is read by runners alone. */
import { reaches } from '../accounts/account-limits.ts';
import { asOwner, type ChangeRefusal, type ProjectChange } from '../accounts/as-owner.ts';
import { type Columns, columns } from '../columns.ts';
import type { ProfileEntity, ProfileVersionEntity } from '../entities/profiles.ts';
import type { Sql, Statements } from '../sql.ts';

const SHOWN = [
  ...(['name', 'checkUrl', 'checkVisible', 'loginFlow', 'passkeys', 'note', 'current'] as const),
  ...(['checkedAt', 'staleWhy', 'updatedAt'] as const),
] as const;

type VersionColumn = 'version' | 'origins' | 'cookies' | 'runId';
/** Times inside are texts. */
interface SavedVersion extends Columns<typeof ProfileVersionEntity, VersionColumn> {
  savedAt: string;
  isTooOld: boolean;
}

/** A profile as it is shown. */
export interface ProfileRow extends Columns<typeof ProfileEntity, (typeof SHOWN)[number]> {
  maxAgeMs: number | null;
  /** E-mail; null once that user is deleted. */
  updatedByEmail: string | null;
  /** Newest first. */
  versions: SavedVersion[];
}

const COLUMNS = `${columns<typeof ProfileEntity>(SHOWN, 'profiles')}, max_age_ms::float8 as "maxAgeMs",
  (select email from users where users.id = profiles.updated_by and deleted_at is null) as "updatedByEmail",
  coalesce((
    select json_agg(json_build_object('version', kept.version, 'savedAt', to_json(kept.saved_at at time zone 'utc')#>>'{}' || 'Z', 'runId', run_id,
      'origins', origins, 'cookies', cookies,
      'isTooOld', coalesce(clock_timestamp() - kept.saved_at > profiles.max_age_ms * interval '1 ms', false)) order by kept.version desc)
    from profile_versions as kept where kept.profile_id = profiles.id and kept.saved_at is not null
  ), '[]') as versions`;

/** Sorted by name. */
export const listProfiles = (sql: Statements, projectId: string): Promise<ProfileRow[]> =>
  sql.rows<ProfileRow>(`select ${COLUMNS} from profiles where project_id = :projectId order by name`, {
    projectId,
  });

export const findProfile = (
  sql: Statements,
  projectId: string,
  name: string,
): Promise<ProfileRow | undefined> =>
  sql.row<ProfileRow>(`select ${COLUMNS} from profiles where project_id = :projectId and name = :name`, {
    projectId,
    name,
  });

export interface ProfileSettings {
  name: string;
  checkUrl: string | null;
  checkVisible: string | null;
  loginFlow: string | null;
  maxAgeMs: number | null;
  passkeys: boolean;
  note: string;
}

/** Makes a profile, or gives one other settings. `most`: how many the project may have. */
export const putProfile = (
  sql: Sql,
  { by, projectId, ...settings }: ProjectChange & ProfileSettings,
  most: number,
): Promise<ProfileRow | 'too_many_profiles' | ChangeRefusal> =>
  asOwner<ProfileRow | 'too_many_profiles'>(sql, { projectId, by }, async (inner) => {
    const values = { ...settings, projectId, userId: by.userId };
    const updated = await inner.row<ProfileRow>(UPDATE, values);
    const row = updated ?? (await inner.row<ProfileRow>(INSERT, { ...values, most }));
    return row ?? 'too_many_profiles';
  });

const UPDATE = `
update profiles set check_url = :checkUrl, check_visible = :checkVisible, login_flow = :loginFlow,
  max_age_ms = :maxAgeMs::float8::bigint, passkeys = :passkeys::boolean, note = :note, updated_by = :userId::uuid, updated_at = clock_timestamp(),
  stale_why = case when (check_url, check_visible) is distinct from (:checkUrl, :checkVisible) then null else stale_why end
where project_id = :projectId and name = :name
returning ${COLUMNS}`;
const INSERT = `
insert into profiles (project_id, name, check_url, check_visible, login_flow, max_age_ms, passkeys, note, updated_by)
select :projectId::uuid, :name, :checkUrl, :checkVisible, :loginFlow, :maxAgeMs::float8::bigint, :passkeys::boolean, :note, :userId::uuid
where not ${reaches('profiles where project_id = :projectId', ':most')}
returning ${COLUMNS}`;

export const deleteProfile = (
  sql: Sql,
  { name, ...change }: ProjectChange & { name: string },
): Promise<'deleted' | ChangeRefusal> =>
  asOwner<'deleted' | 'not_found'>(sql, change, async (inner) => {
    const values = { projectId: change.projectId, name };
    const row = await inner.row(
      'delete from profiles where project_id = :projectId and name = :name returning id',
      values,
    );
    return row ? 'deleted' : 'not_found';
  });

/** `no_version`: that is not kept. */
export const restoreProfile = (
  sql: Sql,
  { name, version, ...change }: ProjectChange & { name: string; version: number },
): Promise<ProfileRow | 'no_version' | ChangeRefusal> =>
  asOwner<ProfileRow | 'no_version' | 'not_found'>(sql, change, async (inner) => {
    const place = { projectId: change.projectId, name };
    const row = await inner.row<ProfileRow>(RESTORE, { ...place, version });
    if (row) return row;
    return (await findProfile(inner, place.projectId, name)) ? 'no_version' : 'not_found';
  });

const RESTORE = `
update profiles set current = :version::int, checked_at = null, stale_why = null
where project_id = :projectId and name = :name and exists (
  select from profile_versions as kept where kept.profile_id = profiles.id and kept.version = :version::int and kept.saved_at is not null)
returning ${COLUMNS}`;
