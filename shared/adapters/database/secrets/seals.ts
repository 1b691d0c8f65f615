/* The sealed values themselves: which keys they need, and their sealing anew with a newer one. */
import { type Columns, columns } from '../columns.ts';
import type { SecretEntity } from '../entities/secrets.ts';
import type { Statements } from '../sql.ts';

/** How many values each key has sealed, by its thumbprint. */
export const countByKey = (sql: Statements): Promise<{ kid: string; count: number }[]> =>
  sql.rows<{ kid: string; count: number }>(
    'select kid, count(*)::int as count from secrets group by kid order by kid',
  );

const STORED = ['id', 'projectId', 'name', 'kind', 'version', 'origins', 'sealed', 'kid'] as const;
export interface StoredSeal extends Columns<typeof SecretEntity, (typeof STORED)[number]> {}
const COLUMNS = columns<typeof SecretEntity>(STORED, 'secrets');

/** The values that a key has sealed, some at a time; `after`: behind this secret. */
export const sealedWith = (
  sql: Statements,
  { kid, after, limit }: { kid: string; after?: string | undefined; limit: number },
): Promise<StoredSeal[]> =>
  sql.rows<StoredSeal>(
    `select ${COLUMNS} from secrets where kid = :kid and id > coalesce(:after::uuid, '00000000-0000-0000-0000-000000000000')
     order by id limit :limit`,
    { kid, after: after ?? null, limit },
  );

const PAGE = 200;

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
  (await sql.row(
    `update secrets set sealed = :renewed, kid = :kid where id = :id and version = :version and sealed = :sealed returning id`,
    { id, version, sealed, renewed: renewed.sealed, kid: renewed.kid },
  )) !== undefined;
