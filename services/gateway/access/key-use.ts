import { noteKeyUse } from '#shared/database/accounts/actors.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';

/** Notes when a key was last used, beside the request: it neither delays nor fails it. */
export function createKeyUse({ sql, log }: { sql: Sql; log: Pick<Log, 'warn'> }) {
  const noting = new Set<string>();
  return (keyId: string): void => {
    if (noting.has(keyId)) return;
    noting.add(keyId);
    void noteKeyUse(sql, keyId)
      .catch((error: unknown) => log.warn({ err: error, keyId }, 'the use of a key was not noted'))
      .finally(() => noting.delete(keyId));
  };
}
