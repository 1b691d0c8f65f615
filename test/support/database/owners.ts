/*
 * Owners and clients, each on a connection of its own, with the statements of the services: so they can be beside a
 * migration. They tell how long each statement took, and whether a lease was ever not renewed.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import { commitTransition } from '#shared/adapters/database/runs/commit.ts';
import { failBroken } from '#shared/adapters/database/runs/fail-broken.ts';
import { heartbeat } from '#shared/adapters/database/runs/heartbeat.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { restore } from '#shared/domain/run/snapshot.ts';
import { claimNext } from './claim-next.ts';
import { apply, CLAIM, queueRun } from './runs.ts';

const LEASE_MS = 10_000;
const HEARTBEAT_EVERY_MS = 250;
/** Longer than any statement may take beside a migration. */
const PATIENCE = { statementTimeoutMs: 30_000, lockTimeoutMs: 30_000 };

export interface Account {
  userId: string;
  projectId: string;
}

export interface Report {
  /** The longest statement, ms. */
  longestMs: number;
  /** What went wrong: a lease that was not renewed, a commit that was refused. */
  lost: string[];
  /** How many events each run has been given. */
  commits: Map<string, number>;
}

/** `runs` are claimed and go on; clients start runs with so many concurrency keys, which are claimed and end. */
export async function startOwners(
  url: string,
  account: Account,
  { runs, keys }: { runs: number; keys: number },
): Promise<{ stop(): Promise<Report> }> {
  const [owner, ownerOfKeys] = [randomUUID(), randomUUID()];
  const report: Report = { longestMs: 0, lost: [], commits: new Map() };
  const leaving = new AbortController();
  const connections = new AsyncDisposableStack();
  const open = (): Sql =>
    connections.use(connectDatabase({ url, applicationName: 'owners', poolSize: 1, ...PATIENCE })).sql;
  const timed = async <Result>(statement: Promise<Result>): Promise<Result> => {
    const begun = performance.now();
    const result = await statement;
    report.longestMs = Math.max(report.longestMs, performance.now() - begun);
    return result;
  };
  const loop = (everyMs: number, turn: (sql: Sql, n: number) => Promise<void>) => {
    const sql = open();
    const turns = async () => {
      for (let n = 0; !leaving.signal.aborted; n += 1) {
        await turn(sql, n);
        await delay(everyMs);
      }
    };
    return turns().catch((error: unknown) => void report.lost.push(String(error)));
  };

  const held = await claimAll(open(), account, owner, runs);
  for (const { id } of held) report.commits.set(id, 0);
  const actors = held.map(({ id, epoch }) => ({ runId: id, epoch }));
  const beat = async (sql: Sql) => {
    const renewed = await timed(heartbeat(sql, owner, actors, LEASE_MS));
    if (renewed.length !== held.length) report.lost.push(`${held.length - renewed.length} leases`);
  };
  const commit = async (sql: Sql, n: number) => {
    const { id, epoch, snapshot } = held[n % held.length]!;
    const lastSeq = report.commits.get(id)!;
    const events = [{ type: 'notice' as const, payload: { code: 'test', text: `commit ${lastSeq + 1}` } }];
    const transition = { runId: id, epoch, lastSeq, snapshot: apply(restore(snapshot), CLAIM), events };
    if (await timed(commitTransition(sql, owner, transition))) report.commits.set(id, lastSeq + 1);
    else report.lost.push(`commit ${lastSeq + 1} of ${id}`);
  };
  const serve = async (sql: Sql, n: number) => {
    await timed(queueRun(sql, account, { concurrencyKey: `key ${n % keys}` }));
    const claimed = await timed(claimNext(sql, ownerOfKeys, LEASE_MS));
    if (claimed === undefined || n % 3 === 0) return;
    const end = { runId: claimed.id, owner: ownerOfKeys, epoch: claimed.epoch, error: 'over' };
    if (!(await timed(failBroken(sql, end)))) report.lost.push(`the end of ${claimed.id}`);
  };
  const loops = [loop(HEARTBEAT_EVERY_MS, beat), loop(10, commit), loop(5, serve)];
  return {
    stop: async () => {
      leaving.abort();
      await Promise.all(loops);
      await connections.disposeAsync();
      return report;
    },
  };
}

async function claimAll(sql: Sql, account: Account, owner: string, count: number): Promise<ClaimedRun[]> {
  const claimed: ClaimedRun[] = [];
  for (let n = 0; n < count; n += 1) {
    await queueRun(sql, account);
    const run = await claimNext(sql, owner, LEASE_MS);
    if (run) claimed.push(run);
  }
  return claimed;
}
