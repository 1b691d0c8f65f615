import { putProfile } from '#shared/adapters/database/profiles/profiles.ts';
import type { Person, TestGateway } from '../fixture.ts';

/** A login profile of the project with one saved version, which logs in with a named flow; its name. */
export async function addProfile(
  { sql }: TestGateway,
  projectId: string,
  { userId }: Pick<Person, 'userId'>,
  loginFlow: string | null = null,
  name = 'shop_login',
): Promise<string> {
  const settings = { name, loginFlow, checkUrl: null, checkVisible: null, maxAgeMs: null, passkeys: false };
  const made = await putProfile(sql, { projectId, by: { userId }, ...settings, note: '' }, 100);
  if (typeof made === 'string') throw new Error(made);
  await sql.rows(
    `with kept as (
       insert into profile_versions (profile_id, version, sealed, kid, origins, cookies, run_id, saved_at)
       select id, 1, 'sealed', 'key', '{https://shop.example.com}', 2, gen_random_uuid(), clock_timestamp()
       from profiles where project_id = :projectId and name = :name
       on conflict do nothing returning profile_id
     )
     update profiles set version = 1, current = 1 from kept where profiles.id = kept.profile_id`,
    { projectId, name },
  );
  return name;
}
