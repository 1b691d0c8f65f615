/* The sealed values themselves: which keys they need, and their sealing anew with a newer one. */
import { type Columns, columns } from '../columns.ts';
import type { SecretEntity } from '../entities/secrets.ts';
import type { Statements } from '../sql.ts';

/** How many values each key has sealed, by its thumbprint. */
export const countByKey = (sql: Statements): Promise<{ kid: string; count: number }[]> =>
  sql.rows<{ kid: string; count: number }>(
    'select kid, count(*)::int as count from secrets group by kid order by kid',
  );

const STORED = ['id', 'projectId', 'name', 'kind', 'version', 'sealed', 'kid'] as const;
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
