/* The sealed values that last: which keys they need, and their sealing anew with a newer one. */
import type { Statements } from '../sql.ts';

/** How many values each key has sealed, by its thumbprint. */
export const countByKey = (sql: Statements): Promise<{ kid: string; count: number }[]> =>
  sql.rows<{ kid: string; count: number }>(
    `select kid, count(*)::int as count
     from (select kid from secrets union all select kid from profile_versions) as seals group by kid order by kid`,
  );

/** A value with its place. */
export interface StoredSeal {
  id: string;
  projectId: string;
  kind: string;
  name: string;
  version: number;
  origins: string[];
  sealed: string;
  kid: string;
}

/** The values that a key has sealed, some at a time; `after`: behind this one. */
export const sealedWith = (
  sql: Statements,
  { kid, after, limit }: { kid: string; after?: string | undefined; limit: number },
): Promise<StoredSeal[]> => sql.rows<StoredSeal>(SEALED_WITH, { kid, after: after ?? null, limit });

const pageOf = (kind: string, from: string) => `
(select sealed.id, project_id as "projectId", name, ${kind} as kind, sealed.version, origins, sealed, kid from ${from}
 where kid = :kid and sealed.id > coalesce(:after::uuid, '00000000-0000-0000-0000-000000000000')
 order by sealed.id limit :limit)`;

/** The secrets of projects, and the logins of profiles. */
const SEALED_WITH = `
${pageOf('kind', 'secrets as sealed')}
union all
${pageOf("'profile'", 'profile_versions as sealed join profiles on profiles.id = sealed.profile_id')}
order by id limit :limit`;

/** A login may have some MiB. */
const PAGE = 10;

/** All values that a key has sealed, page by page. */
export async function* allSealedWith(sql: Statements, kid: string): AsyncGenerator<StoredSeal> {
  for (let after: string | undefined; ; ) {
    const page = await sealedWith(sql, { kid, after, limit: PAGE });
    yield* page;
    after = page.at(-1)?.id;
    if (page.length < PAGE) return;
  }
}

/** Whether each runner that lives, and opens secrets at all, opens what this key seals. */
export const opensEverywhere = async (sql: Statements, kid: string, leaseMs: number): Promise<boolean> =>
  (await sql.row(
    `select from runners where seen_at > (select clock_timestamp() - :leaseMs::float8 * interval '1 ms')
       and seal_keys <> '{}' and :kid <> all (seal_keys) limit 1`,
    { kid, leaseMs },
  )) === undefined;

/** Puts the same value, sealed anew, in the place of the one that was read; false if another value came in between. */
export const replaceSeal = async (
  sql: Statements,
  { id, version, sealed }: StoredSeal,
  renewed: { sealed: string; kid: string },
): Promise<boolean> =>
  (await sql.row(REPLACE, { id, version, sealed, renewed: renewed.sealed, kid: renewed.kid })) !== undefined;

const replaced = (table: string) =>
  `update ${table} set sealed = :renewed, kid = :kid where id = :id and version = :version and sealed = :sealed returning id`;
const REPLACE = `
with secret as (${replaced('secrets')}), login as (${replaced('profile_versions')})
select id from secret union all select id from login`;
