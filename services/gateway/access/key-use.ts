import { noteKeyUse } from '#shared/adapters/database/accounts/actors.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { createUseNotes } from './use-notes.ts';

export const createKeyUse = ({ sql, log }: { sql: Sql; log: Pick<Log, 'warn'> }) =>
  createUseNotes(log, {
    note: (keyId) => noteKeyUse(sql, keyId),
    failed: 'the last use of an API key could not be recorded',
  });
