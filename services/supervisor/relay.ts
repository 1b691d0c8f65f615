/*
 * Publishes to NATS what no owner publishes: entries of runs without a live owner, and what the owner of a final run
 * left. Owns no state: the watermarks are in the database. Each entry of a run waits for the acknowledgement before.
 */
import type { Bus } from '#shared/adapters/bus/bus.ts';
import { publishEntry } from '#shared/adapters/bus/publish-entry.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { readLog } from '#shared/adapters/database/runs/log.ts';
import {
  findUnpublished,
  findUnpublishedRun,
  forgetUnpublished,
  markPublished,
  type UnpublishedRun,
} from '#shared/adapters/database/runs/publishing.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { entriesAfter, holesIn, MISSING_ENTRIES, rankOf, readTo } from '#shared/domain/events/stream.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { placeOfRun } from '#shared/platform/traces/run-trace.ts';

const PAGE = 100;
const EVENTS = 200;
const AT_ONCE = 8;

export interface RelayDeps {
  sql: Sql;
  bus: Bus;
  log: Pick<Log, 'error'>;
}

export interface RoundDeps extends RelayDeps {
  /** Once aborted, nothing new is begun, and the rest is left to the next leader. */
  stopping: AbortSignal;
}

/**
 * Publishes all unpublished entries. A run that cannot be published does not delay the others: its failure is thrown
 * at the end of the round. Rejects with `BusError` if NATS becomes unreachable meanwhile.
 */
export async function relay(deps: RoundDeps): Promise<void> {
  const { sql, bus, stopping } = deps;
  const canGoOn = () => bus.connected && !stopping.aborted;
  const failed: string[] = [];
  let failure: unknown;
  let goesOn = true;
  while (goesOn && canGoOn()) {
    const runs = await findUnpublished(sql, PAGE, failed);
    const queue = [...runs];
    const failedBefore = failed.length;
    const worker = async () => {
      for (let run = queue.shift(); run && canGoOn(); run = queue.shift()) {
        try {
          await relayRun(deps, run, canGoOn);
        } catch (error) {
          failure ??= error;
          failed.push(run.runId);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    // If nothing of a page can be published, the cause is not in the runs: the next round retries.
    goesOn = runs.length === PAGE && failed.length - failedBefore < PAGE;
  }
  if (failed.length > 0) throw failure;
}

/** Publishes the entries of one run, without waiting for the next round. */
export async function relayNow(deps: RelayDeps, runId: string): Promise<void> {
  const run = deps.bus.connected ? await findUnpublishedRun(deps.sql, runId) : undefined;
  if (run) await relayRun(deps, run, () => deps.bus.connected);
}

/** A hole in its events is passed over: they will not come any more, and the run is not to wait for them. */
async function relayRun(
  { sql, bus, log: logger }: RelayDeps,
  run: UnpublishedRun,
  canGoOn: () => boolean,
): Promise<void> {
  const { runId, userId, projectId } = run;
  const address = { runId, userId, projectId, traceparent: placeOfRun(run) };
  let mark = { seq: run.seq, rank: run.rank };
  while (canGoOn()) {
    const log = await readLog(sql, runId, mark.seq, EVENTS);
    if (!log) return forgetUnpublished(sql, runId);
    const missing = holesIn(log, mark.seq);
    const to = readTo(log, mark.seq);
    const entries = entriesAfter(log, mark);
    if (entries.length > 0) bus.publish(subjects.live(runId), entries);
    for (const entry of entries) {
      await publishEntry(bus, address, entry);
      mark = entry.kind === 'assist' ? { ...mark, seq: entry.seq } : { ...mark, rank: rankOf(entry) };
    }
    mark.seq = to;
    await markPublished(sql, { runId, ...mark });
    // Now it is passed: a page that is not stored as published is read again.
    if (missing.length > 0) logger.error({ missing, ...runFields({ runId }) }, MISSING_ENTRIES);
    if (mark.seq >= log.lastSeq) return;
  }
}
