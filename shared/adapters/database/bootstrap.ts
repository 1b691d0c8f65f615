import type { Bootstrapped } from './accounts/first-admin.ts';
import { drawDatabaseKey } from './database-key.ts';
import { keepDays } from './days/keep.ts';
import { migrate } from './migrate.ts';
import { patiently } from './online/patiently.ts';
import { openStatements } from './open-statements.ts';
import { prepareServicesRole } from './services-role.ts';
import type { Sql } from './sql.ts';

/** Loads what a new database needs, which takes as long as making one does. */
export const loadForNewDatabase = (): Promise<unknown> =>
  Promise.all([import('./online/migrator.ts'), import('./accounts/first-admin.ts'), import('./orm.ts')]);

const LOCK_TIMEOUT_MS = 60_000;

export interface Bootstrap {
  databaseUrl: string;
  /** For the same database, of a role that may create roles: it makes that of `databaseUrl`. */
  setupUrl?: string | undefined;
  /** The password may be missing where there is an account already. */
  admin: { email: string; password: string | undefined };
  /** The caller holds no key: if the admin is there already, it gets a further one. */
  needsKey: boolean;
  /** The caller has no place for a key: a new admin gets none. */
  withoutKey?: boolean | undefined;
}

/** There is no account, and nobody has said what the password of the first one is to be. */
export class NoPasswordError extends Error {
  override readonly name = 'NoPasswordError';
}

/**
 * Migrates, draws the key of the database, and makes the first admin with its project and, if wanted, an API key with all
 * scopes. Safe when several processes start at once. Loads no ORM if nothing is to be made. @throws NoPasswordError
 */
export async function prepareDatabase(options: Bootstrap): Promise<Bootstrapped> {
  const { databaseUrl: url, setupUrl, needsKey, withoutKey, admin } = options;
  const email = admin.email.trim().toLowerCase();
  if (setupUrl !== undefined) await prepareServicesRole(setupUrl, url);
  await migrate(url);
  await patiently('make the partitions of the days to come', () => keepDays(url));
  const timeouts = { statementTimeoutMs: LOCK_TIMEOUT_MS, lockTimeoutMs: LOCK_TIMEOUT_MS };
  const database = { url, applicationName: 'ghostly-bootstrap', ...timeouts };
  await using statements = openStatements(database);
  await drawDatabaseKey(statements.sql);
  const isFirst = !(await hasUsers(statements.sql));
  if (!needsKey && !isFirst) return { created: false };
  const { password } = admin;
  if (isFirst && password === undefined) throw new NoPasswordError();
  const { makeFirstAdmin } = await import('./accounts/first-admin.ts');
  return makeFirstAdmin(database, { email, password, needsKey, withoutKey });
}

const hasUsers = async (sql: Sql): Promise<boolean> =>
  (await sql.row('select from users limit 1')) !== undefined;
