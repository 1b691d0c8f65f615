import { expect } from 'vitest';
import { OWNER_SESSION_GONE } from '#shared/adapters/database/processes/session.ts';
import { eventually } from '../eventually.ts';
import { rows } from './rows.ts';

/** Resolves once PostgreSQL knows that the process which owns a run has ended: on a busy machine it hears of that late. */
export const ownerGone = (databaseUrl: string, runId: string): Promise<void> =>
  eventually(async () => {
    const statement = `select ${OWNER_SESSION_GONE} as gone from runs where id = $1`;
    expect(await rows(databaseUrl, statement, [runId])).toEqual([{ gone: true }]);
  });
