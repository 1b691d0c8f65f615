/* The openings of secrets by runs, as their owners may read them; written where a secret is opened. */
import { type Columns, columns } from '../columns.ts';
import type { SecretUseEntity } from '../entities/secrets.ts';
import type { Sql } from '../sql.ts';

const SHOWN = ['id', 'at', 'runId', 'phase', 'step', 'origin', 'version'] as const;

export interface SecretUseRow extends Columns<typeof SecretUseEntity, (typeof SHOWN)[number]> {
  /** When, in microseconds since 1970, which a `Date` cuts. */
  micros: string;
  /** E-mail of the user of the run; null once that user is deleted. */
  user: string | null;
}

export interface UsesPage {
  projectId: string;
  name: string;
  /** Only those before this one. */
  before?: Pick<SecretUseRow, 'micros' | 'id'> | undefined;
  limit: number;
}

/** Newest first; of every secret that has had this name. */
export const listSecretUses = (
  sql: Sql,
  { projectId, name, before, limit }: UsesPage,
): Promise<SecretUseRow[]> =>
  sql.rows<SecretUseRow>(before ? NEXT : FIRST, { projectId, name, limit, ...before });

const COLUMNS = `${columns<typeof SecretUseEntity>(SHOWN, 'used')},
  (extract(epoch from used.at) * 1000000)::bigint::text as micros,
  (select email from users where users.id = used.user_id and deleted_at is null) as user`;
const PAGE = (condition: string) => `
select ${COLUMNS} from secret_uses as used where used.project_id = :projectId and used.name = :name ${condition}
order by used.at desc, used.id desc limit :limit`;
const FIRST = PAGE('');
const NEXT = PAGE(
  `and (used.at, used.id) < (timestamptz 'epoch' + :micros::bigint * interval '1 us', :id::uuid)`,
);

/** Whether the project has, or had, a secret with this name. */
export const isSecretKnown = async (sql: Sql, projectId: string, name: string): Promise<boolean> =>
  (await sql.row(KNOWN, { projectId, name })) !== undefined;

const KNOWN = `
select where exists (select from secrets where project_id = :projectId and name = :name)
  or exists (select from secret_uses where project_id = :projectId and name = :name)`;

const FORGET_AT_ONCE = 1_000;

/** Deletes the counters of codes that are over for long: no clock of a site takes them. Whether there may be more. */
export async function forgetCodes(sql: Sql): Promise<boolean> {
  const deleted = await sql.rows(
    `delete from totp_uses where (secret_id, counter) in (
       select secret_id, counter from totp_uses where at < (select clock_timestamp() - interval '1 day')
       order by at limit ${FORGET_AT_ONCE})
     returning counter`,
  );
  return deleted.length === FORGET_AT_ONCE;
}
