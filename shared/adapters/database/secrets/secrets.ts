/* The secrets of projects: their owners give and delete them (I11). A sealed value is read by runners alone. */
import type { SecretKind } from '#shared/domain/flow/vault.ts';
import { reaches } from '../accounts/account-limits.ts';
import { asOwner, type ChangeRefusal, type ProjectChange } from '../accounts/as-owner.ts';
import { type Columns, columns } from '../columns.ts';
import type { SecretEntity } from '../entities/secrets.ts';
import type { Sql, Statements } from '../sql.ts';

const SHOWN = [
  ...(['name', 'kind', 'version', 'origins', 'note', 'updatedAt', 'lastUsedAt', 'lastUsedRun'] as const),
] as const;

/** A secret as it is shown. */
export interface SecretRow extends Columns<typeof SecretEntity, (typeof SHOWN)[number]> {
  /** E-mails; null once that user is deleted. */
  updatedByEmail: string | null;
  lastUsedByEmail: string | null;
}

const emailOf = (id: string) => `(select email from users where users.id = ${id} and deleted_at is null)`;
const COLUMNS = `${columns<typeof SecretEntity>(SHOWN, 'secrets')},
  ${emailOf('secrets.updated_by')} as "updatedByEmail", ${emailOf('secrets.last_used_by')} as "lastUsedByEmail"`;

export interface SecretsPage {
  projectId: string;
  /** Only names behind this one. */
  after?: string | undefined;
  limit: number;
}

/** Sorted by name. */
export const listSecrets = (sql: Sql, { projectId, after, limit }: SecretsPage): Promise<SecretRow[]> =>
  sql.rows<SecretRow>(
    `select ${COLUMNS} from secrets where project_id = :projectId and name > :after order by name limit :limit`,
    { projectId, after: after ?? '', limit },
  );

export interface NewSecret {
  name: string;
  kind: SecretKind;
  origins: readonly string[];
  note: string;
  /** Only if the project has none with this name. */
  isNew?: boolean;
  /** The value, sealed for this version of it. */
  seal(version: number): Promise<{ sealed: string; kid: string }>;
}

/**
 * Gives a secret its next version, or the first. The project is locked: two that come at once get two versions, and each
 * row has the value that was sealed for its version. `most`: how many the project may have.
 */
export const putSecret = (
  sql: Sql,
  { by, projectId, name, seal, isNew, ...given }: ProjectChange & NewSecret,
  most: number | undefined,
): Promise<SecretRow | PutRefusal | ChangeRefusal> =>
  asOwner<SecretRow | PutRefusal>(sql, { projectId, by }, async (inner) => {
    const stored = await inner.row<{ version: number }>(VERSION, { projectId, name });
    if (stored && isNew) return 'secret_exists';
    const version = (stored?.version ?? 0) + 1;
    const values = { ...given, ...(await seal(version)), projectId, name, version, userId: by.userId };
    const row = stored
      ? await inner.row<SecretRow>(UPDATE, values)
      : await inner.row<SecretRow>(INSERT, { ...values, most: most ?? null });
    return row ?? 'too_many_secrets';
  });

type PutRefusal = 'too_many_secrets' | 'secret_exists';

const VERSION = 'select version from secrets where project_id = :projectId and name = :name';
const INSERT = `
insert into secrets (project_id, name, kind, version, sealed, kid, origins, note, updated_by)
select :projectId::uuid, :name, :kind, :version::int, :sealed, :kid, :origins::text[], :note, :userId::uuid
where not ${reaches('secrets where project_id = :projectId', ':most')}
returning ${COLUMNS}`;
const UPDATE = `
update secrets set kind = :kind, version = :version, sealed = :sealed, kid = :kid, origins = :origins::text[], note = :note,
  updated_by = :userId, updated_at = clock_timestamp()
where project_id = :projectId and name = :name
returning ${COLUMNS}`;

export const deleteSecret = (
  sql: Sql,
  { name, ...change }: ProjectChange & { name: string },
): Promise<'deleted' | ChangeRefusal> =>
  asOwner<'deleted' | 'not_found'>(sql, change, async (inner) => {
    const values = { projectId: change.projectId, name };
    return (await inner.row(DELETE, values)) ? 'deleted' : 'not_found';
  });

const DELETE = 'delete from secrets where project_id = :projectId and name = :name returning id';

/** The kinds of the secrets with these names that the project has. */
export async function kindsOfSecrets(
  sql: Statements,
  projectId: string,
  names: readonly string[],
): Promise<Map<string, SecretKind>> {
  const rows = await sql.rows<{ name: string; kind: SecretKind }>(
    'select name, kind from secrets where project_id = :projectId and name = any(:names::text[])',
    { projectId, names },
  );
  return new Map(rows.map(({ name, kind }) => [name, kind]));
}
