import { retryUntilDone } from '#shared/platform/async/retry.ts';
import { randomSecret } from '../local/secret.ts';
import { DatabaseError, databaseReason, isNotThere } from './database-error.ts';
import type { Home } from './home/home.ts';
import { loadApiKey, storeApiKey } from './home/secrets.ts';

/** `setup`: a superuser's, if the database is ours. */
export interface DatabaseUrls {
  database: string;
  /** The URL of the database itself, where `database` leads to a pooler. */
  session?: string | undefined;
  setup: string | undefined;
}

interface Admin {
  email: string;
  password: string;
}

/**
 * Migrates and, the first time, creates the admin, a default project and an API key, which it returns. With `needsKey`
 * it also creates a new key later, if the admin exists.
 */
export type PrepareDatabase = (options: {
  databaseUrl: string;
  /** A superuser's, where the role of `databaseUrl` is ours to make. */
  setupUrl: string | undefined;
  admin: Admin;
  needsKey: boolean;
}) => Promise<{ created: boolean; apiKey?: string }>;

export interface Preparation {
  /** Empty when there is none: the database has users, but not this admin. */
  apiKey: string;
  /** The created admin, to be printed once, with the password if it was generated. */
  admin: { email: string; password: string | undefined } | undefined;
}

export interface PrepareOptions {
  home: Home;
  admin: { email: string; password: string | undefined };
  prepareDatabase: PrepareDatabase;
  /** An external database may not be up yet; ours is, so its errors are final. */
  isExternal: boolean;
  stopping: AbortSignal;
  onWaiting: (reason: string) => void;
}

const WAIT = { firstMs: 250, maxMs: 5_000 };

export const prepare = async (
  { database, session: databaseUrl = database, setup: setupUrl }: DatabaseUrls,
  options: PrepareOptions,
): Promise<Preparation> => {
  const { home, prepareDatabase, isExternal, stopping, onWaiting } = options;
  const { email, password } = options.admin;
  const admin = { email, password: password ?? randomSecret().slice(0, 20) };
  const stored = await loadApiKey(home);
  const needsKey = stored === undefined;
  const { created, apiKey } = await retryUntilDone(
    () => prepareDatabase({ databaseUrl, setupUrl, admin, needsKey }),
    WAIT,
    stopping,
    (error) => onWaiting(databaseReason(error)),
    (error) => isExternal && isNotThere(error),
  ).catch((error: unknown) => {
    throw DatabaseError.from(error);
  });
  if (apiKey !== undefined) await storeApiKey(home, apiKey);
  return {
    apiKey: apiKey ?? stored ?? '',
    admin: created ? { email, password: password === undefined ? admin.password : undefined } : undefined,
  };
};
