import { holdOwnerSession, type OwnerSession } from '#shared/adapters/database/processes/owner-session.ts';
import { type RunnerIncarnation, registerRunner } from '#shared/adapters/database/processes/runners.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';

/** A runner whose process lives, as the database sees it: registered, and seen by its session until that is disposed. */
export async function holdRunner(
  { sql, url }: { sql: Sql; url: string },
  id: string,
  more: Partial<RunnerIncarnation> = {},
): Promise<OwnerSession> {
  const lockKey = await registerRunner(sql, { id, host: 'here', pid: 1, slots: 1, labels: [], ...more });
  const options = { applicationName: 'session', retryMs: 50, onLost: () => undefined };
  return holdOwnerSession({ url, lockKey, ...options });
}
