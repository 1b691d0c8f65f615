import type { Statements } from '#shared/adapters/database/sql.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import { type CommandContext, UsageError } from '../command.ts';
import { DatabaseError } from '../up/database-error.ts';
import { homeOf } from '../up/home/home.ts';
import { loadSecrets } from '../up/home/secrets.ts';
import { readUpFile } from '../up/home/up-file.ts';

/** What stands for the vault: where the sealed values are, and what opens them. */
export interface VaultAccess {
  sql: Statements;
  keys: PrivateKeys;
}

/** @throws UsageError, DatabaseError */
export async function withVault<Result>(
  context: CommandContext,
  act: (access: VaultAccess) => Promise<Result>,
): Promise<Result> {
  const { databaseUrl, sealKey } = await readAddress(context);
  const { readPrivateKeys } = await import('#shared/platform/seal/keys.ts');
  const keys = await readPrivateKeys(sealKey).catch((cause: unknown) => {
    throw new UsageError(`GHOSTLY_SEAL_KEY: ${cause instanceof Error ? cause.message : 'cannot be used'}`);
  });
  const { openStatements } = await import('#shared/adapters/database/open-statements.ts');
  try {
    await using statements = openStatements({ url: databaseUrl, applicationName: 'ghostly-keys' });
    return await act({ sql: statements.sql, keys });
  } catch (error) {
    throw DatabaseError.from(error);
  }
}

/** Those of the environment, as services have them; otherwise those of the stack of `GHOSTLY_HOME`. @throws UsageError */
async function readAddress({ env, cwd }: CommandContext): Promise<{ databaseUrl: string; sealKey: string }> {
  const home = homeOf(env, cwd);
  const up = await readUpFile(home.upFile);
  const databaseUrl = env.DATABASE_SESSION_URL || env.DATABASE_URL || up?.database;
  if (!databaseUrl) throw new UsageError('DATABASE_URL is not set, and no stack is running here');
  const sealKey = env.GHOSTLY_SEAL_KEY || (up && (await loadSecrets(home)).secrets.sealKey);
  if (!sealKey) throw new UsageError('GHOSTLY_SEAL_KEY is not set');
  return { databaseUrl, sealKey };
}
