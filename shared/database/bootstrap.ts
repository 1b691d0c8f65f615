import { type EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { KEY_SCOPES } from '#shared/contract/roles.ts';
import { createApiKey } from './accounts/api-keys.ts';
import { hashPassword } from './accounts/password.ts';
import { addUser } from './accounts/users.ts';
import { ormOptions } from './connect.ts';
import { UserEntity } from './entities/accounts.ts';
import { migrate } from './migrate.ts';

/** Any number that no other lock of ours uses. */
const BOOTSTRAP_LOCK = 0x67686d32;
const LOCK_TIMEOUT_MS = 60_000;

export interface Bootstrap {
  databaseUrl: string;
  admin: { email: string; password: string };
}

/** Whether the admin was made now; then with its API key, which is nowhere else. */
export interface Bootstrapped {
  created: boolean;
  apiKey?: string;
}

/**
 * Migrates, and in a database without any user makes the admin, its project and an API key with all scopes. Safe when
 * several processes start at once: one of them creates, the others find it done.
 */
export async function prepareDatabase({ databaseUrl, admin }: Bootstrap): Promise<Bootstrapped> {
  await migrate(databaseUrl);
  const options = { url: databaseUrl, applicationName: 'ghostly-bootstrap', lockTimeoutMs: LOCK_TIMEOUT_MS };
  const orm = await MikroORM.init(ormOptions({ ...options, statementTimeoutMs: LOCK_TIMEOUT_MS }));
  try {
    if ((await orm.em.fork().count(UserEntity)) > 0) return { created: false };
    // Before the transaction, which must not idle.
    const passwordHash = await hashPassword(admin.password);
    return await orm.em.fork().transactional((em) => createAdmin(em, admin.email, passwordHash));
  } finally {
    await orm.close(true);
  }
}

async function createAdmin(em: EntityManager, email: string, passwordHash: string): Promise<Bootstrapped> {
  await em.execute('select pg_advisory_xact_lock(?)', [BOOTSTRAP_LOCK]);
  if ((await em.count(UserEntity)) > 0) return { created: false };
  const admin = await addUser(em, { email: email.trim().toLowerCase(), passwordHash, role: 'admin' });
  const { key } = await createApiKey(em, { userId: admin.id, label: 'local', scopes: [...KEY_SCOPES] });
  return { created: true, apiKey: key };
}
