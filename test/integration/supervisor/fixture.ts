import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { readLog } from '#shared/adapters/database/runs/log.ts';
import { type CancelOfRun, recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { StaleReason } from '#shared/domain/run/stale-reason.ts';
import { createFinaliser } from '../../../services/supervisor/finaliser.ts';
import { sweep } from '../../../services/supervisor/sweep.ts';
import { createOwner } from '../../support/database/accounts.ts';
import { endLease } from '../../support/database/leases.ts';
import { claimByHand, type QueueOptions, queueRun, type TestEvent } from '../../support/database/runs.ts';
import { quietLog } from '../../support/log-lines.ts';
import { createTestDatabase } from '../../support/servers/servers.ts';

export const OVERDUE_MS = 14_500;

/** What a finaliser needs besides. */
export const SUPERVISING = {
  queue: { leaseMs: 10_000, silentMs: 5_000, limits: {} },
  outages: { explaining: async () => undefined },
};

export interface RunOutcome extends Record<string, unknown> {
  status: string;
  state: string;
  epoch: number;
  cancelled: boolean;
  stale: boolean;
  verdict: StaleReason | null;
}

/** A supervisor without its process, on a real database. Each test starts without live runs. */
export function useSupervisor() {
  let database: Database;
  let url: string;
  let account: { userId: string; projectId: string };
  let finalise: ReturnType<typeof createFinaliser>;

  beforeAll(async () => {
    ({ url } = await createTestDatabase());
    database = connectDatabase({ url, applicationName: 'supervisor', lockTimeoutMs: 500 });
    account = await createOwner(database.sql);
    const { sql } = database;
    finalise = createFinaliser({
      sql,
      log: quietLog(),
      overdueMs: OVERDUE_MS,
      queueTimeoutText: 'no runner came',
      ...SUPERVISING,
    });
  });
  beforeEach(() => database.sql.rows('truncate runs, unpublished cascade'));
  afterAll(() => database[Symbol.asyncDispose]());

  const set = (id: string, change: string) =>
    database.sql.rows(`update runs set ${change} where id = $1`, [id]);

  return {
    get sql() {
      return database.sql;
    },
    get url() {
      return url;
    },
    get account() {
      return account;
    },
    get finalise() {
      return finalise;
    },
    set,
    queue: (queueTimeoutMs = 60_000, options: QueueOptions = {}) =>
      queueRun(database.sql, account, { ...options, queueTimeoutMs }),
    /** A run that was claimed and received these, and whose owner is still within its lease. */
    async claimed(events: TestEvent[] = [], owner = randomUUID(), options: QueueOptions = {}) {
      await queueRun(database.sql, account, options);
      const owned = await claimByHand(database.sql, owner);
      for (const event of events) await owned.commit(event);
      return { ...owned, id: owned.run.id, owner };
    },
    /** The same after its lease. */
    async orphaned(events: TestEvent[] = [], options: QueueOptions = {}) {
      const run = await this.claimed(events, randomUUID(), options);
      await this.expireLease(run.id);
      return run;
    },
    expireLease: (id: string) => endLease(database.sql, id),
    cancel: (runId: string, more: Partial<CancelOfRun> = {}) =>
      recordCancelRequest(database.sql, { runId, by: 'user', mode: 'graceful', ...more }),
    outcome: (id: string) => database.sql.row<RunOutcome>('select * from runs where id = $1', [id]),
    log: async (id: string) => (await readLog(database.sql, id, 0, 1_000))!,
    /** Without their times. */
    async runEnds(id: string) {
      return (await this.log(id)).events
        .filter(({ type }) => type === 'run_end')
        .map(({ payload: { at: _, ...payload } }) => payload);
    },
    /** One sweep whose looks go through `sql`. */
    async sweepThrough(sql: Sql, ended: string[]) {
      return sweep({
        sql,
        log: quietLog(),
        overdueMs: OVERDUE_MS,
        stopping: new AbortController().signal,
        finalise,
        onWritten: (written) => void ended.push(...written.ended),
      });
    },
    /** One sweep; `ended` are the runs it reported. */
    async sweep() {
      const requeued: string[] = [];
      const ended: string[] = [];
      const total = await sweep({
        sql: database.sql,
        log: quietLog(),
        overdueMs: OVERDUE_MS,
        stopping: new AbortController().signal,
        finalise,
        onWritten: (written) => {
          ended.push(...written.ended);
          requeued.push(...written.requeued);
        },
      });
      return { total, ended, requeued };
    },
  };
}
