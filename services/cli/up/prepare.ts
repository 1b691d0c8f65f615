import { randomSecret } from '#shared/local/secret.ts';
import { retryUntilDone } from '#shared/process/backoff.ts';
import type { Home } from './home.ts';
import { loadApiKey, storeApiKey } from './secrets.ts';

export type Admin = { email: string; password: string };

/** Migrates, and on the very first time makes the admin, a default project and an API key, which it returns. */
export type PrepareDatabase = (options: {
  databaseUrl: string;
  admin: Admin;
}) => Promise<{ created: boolean; apiKey?: string }>;

export type Preparation = {
  apiKey: string;
  /** What to tell once: the admin that was made, with its password if that was made up. */
  admin: { email: string; password: string | undefined } | undefined;
};

export type PrepareOptions = {
  home: Home;
  admin: { email: string; password: string | undefined };
  prepareDatabase: PrepareDatabase;
  /** A database of somebody else may not be there yet; ours is, so its errors are final. */
  isExternal: boolean;
  stopping: AbortSignal;
  onWaiting: (reason: string) => void;
};

const WAIT = { firstMs: 250, maxMs: 5_000 };
const NOT_THERE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  '57P03',
]);

/** Whether an error, or one that caused it, says that no database answered. */
export const isNotThere = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if ('code' in error && NOT_THERE.has(String(error.code))) return true;
  if (/timeout/i.test(error.message)) return true;
  const parts = error instanceof AggregateError ? error.errors : [];
  return isNotThere(error.cause) || parts.some(isNotThere);
};

type Outcome = { result: Awaited<ReturnType<PrepareDatabase>> } | { final: unknown };

export const prepare = async (databaseUrl: string, options: PrepareOptions): Promise<Preparation> => {
  const { home, prepareDatabase, isExternal, stopping, onWaiting } = options;
  const { email, password } = options.admin;
  const admin = { email, password: password ?? randomSecret().slice(0, 20) };
  const attempt = async (): Promise<Outcome> => {
    try {
      return { result: await prepareDatabase({ databaseUrl, admin }) };
    } catch (error) {
      if (isExternal && isNotThere(error)) throw error;
      return { final: error };
    }
  };
  const outcome = await retryUntilDone(attempt, WAIT, stopping, (error) =>
    onWaiting((error as Error).message),
  );
  if ('final' in outcome) throw outcome.final;
  const { created, apiKey } = outcome.result;
  if (apiKey !== undefined) await storeApiKey(home, apiKey);
  return {
    apiKey: apiKey ?? (await loadApiKey(home)) ?? '',
    admin: created ? { email, password: password === undefined ? admin.password : undefined } : undefined,
  };
};
