import { type EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { KEY_SCOPES } from '#shared/contract/roles.ts';
import { createApiKey } from './accounts/api-keys.ts';
import { hashPassword } from './accounts/password.ts';
import { addUser, findUserByEmail } from './accounts/users.ts';
import { closeOrm, ormOptions } from './connect.ts';
import { keepDays } from './days/keep.ts';
import { UserEntity } from './entities/accounts.ts';
import { migrate } from './migrate.ts';
import { patiently } from './online/patiently.ts';
import { prepareServicesRole } from './services-role.ts';

/** Any number that no other lock of ours uses. */
const BOOTSTRAP_LOCK = 0x67686d32;
const LOCK_TIMEOUT_MS = 60_000;

export interface Bootstrap {
  databaseUrl: string;
  /** A superuser's, for the same database: the role of `databaseUrl` is made by it. */
  setupUrl?: string | undefined;
  admin: { email: string; password: string };
  /** The caller holds no key: if the admin is there already, it gets a further one. */
  needsKey: boolean;
}

/** Whether the admin was made now, and the API key that was, which is nowhere else. */
export interface Bootstrapped {
  created: boolean;
  apiKey?: string;
}

/**
 * Migrates, and in a database without any user makes the admin, its project and an API key with all scopes. Safe when
 * several processes start at once: one of them creates, the others find it done.
 */
export async function prepareDatabase(options: Bootstrap): Promise<Bootstrapped> {
  const { databaseUrl, setupUrl, needsKey } = options;
  const email = options.admin.email.trim().toLowerCase();
  if (setupUrl !== undefined) await prepareServicesRole(setupUrl, databaseUrl);
  await migrate(databaseUrl);
  await patiently('make the partitions of the days to come', () => keepDays(databaseUrl));
  const timeouts = { statementTimeoutMs: LOCK_TIMEOUT_MS, lockTimeoutMs: LOCK_TIMEOUT_MS };
  const orm = await MikroORM.init(
    ormOptions({ url: databaseUrl, applicationName: 'ghostly-bootstrap', ...timeouts }),
  );
  try {
    if ((await orm.em.fork().count(UserEntity)) === 0) {
      // Before the transaction, which must not idle.
      const passwordHash = await hashPassword(options.admin.password);
      const made = await orm.em.fork().transactional((em) => createAdmin(em, email, passwordHash));
      if (made !== undefined) return { created: true, apiKey: made };
    }
    const apiKey = needsKey ? await addKeyOfAdmin(orm.em.fork(), email) : undefined;
    return { created: false, ...(apiKey !== undefined && { apiKey }) };
  } finally {
    await closeOrm(orm);
  }
}

/** Resolves to its key; undefined if another process was first. */
async function createAdmin(
  em: EntityManager,
  email: string,
  passwordHash: string,
): Promise<string | undefined> {
  await em.execute('select pg_advisory_xact_lock(?)', [BOOTSTRAP_LOCK]);
  if ((await em.count(UserEntity)) > 0) return undefined;
  const admin = await addUser(em, { email, passwordHash, role: 'admin' });
  return createLocalKey(em, admin.id);
}

/** Undefined if there is no user with this e-mail, or if it is not an admin. */
async function addKeyOfAdmin(em: EntityManager, email: string): Promise<string | undefined> {
  const user = await findUserByEmail(em, email);
  return user?.role === 'admin' ? createLocalKey(em, user.id) : undefined;
}

async function createLocalKey(em: EntityManager, userId: string): Promise<string> {
  return (await createApiKey(em, { userId, label: 'local', scopes: [...KEY_SCOPES] })).key;
}
