import { noteKeyUse } from '#shared/database/accounts/actors.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';

/** Records the last use of a key in the background: it neither delays nor fails the request. */
export function createKeyUse({ sql, log }: { sql: Sql; log: Pick<Log, 'warn'> }) {
  const noting = new Set<string>();
  return (keyId: string): void => {
    if (noting.has(keyId)) return;
    noting.add(keyId);
    void noteKeyUse(sql, keyId)
      .catch((error: unknown) =>
        log.warn({ err: error, keyId }, 'the last use of an API key could not be recorded'),
      )
      .finally(() => noting.delete(keyId));
  };
}
