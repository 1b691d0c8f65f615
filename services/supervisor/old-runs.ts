/*
 * Deletes the runs that are past their retention, with their artifacts and what was recorded of them: a whole day at
 * once, and run by run what is left of that. Owns no state.
 */
import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import { deleteRunsOfDay, dropDay, findOldDays, hasRunsToKeep } from '#shared/adapters/database/days/drop.ts';
import { deleteRun, findExpired } from '#shared/adapters/database/runs/retention.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Day } from '#shared/domain/run/day.ts';

export interface OldRunsDeps {
  sql: Sql;
  /** How long runs are kept. */
  days: number;
  artifacts: Artifacts;
  /** Once aborted, nothing new is begun, and the rest is left to the next leader. */
  stopping: AbortSignal;
}

const PAGE = 500;
/** A run that ends on its day goes with it, up to so much later than if it went alone. */
const WITH_ITS_DAY = 1;

export async function deleteOldRuns(deps: OldRunsDeps): Promise<void> {
  await eachInTurn([deleteOldDays, deleteOneByOne], (work) => work(deps));
}

/** What cannot be deleted does not stop the others: its failure is thrown at the end. */
async function eachInTurn<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) await work(item).catch((error: unknown) => void failures.push(error));
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
}

async function deleteOldDays(deps: OldRunsDeps): Promise<void> {
  await eachInTurn(await findOldDays(deps.sql, deps.days), (day) => deleteOldDay(deps, day));
}

/** A day with a run that is alive, or that ended later, waits for it; then its other runs go one by one. */
async function deleteOldDay(deps: OldRunsDeps, day: Day): Promise<void> {
  const { sql, days, artifacts, stopping } = deps;
  if (stopping.aborted || (await hasRunsToKeep(sql, day, days))) return;
  await deleteRunRows(deps, day);
  if (stopping.aborted) return;
  // The partitions go last, so that an unfinished deletion is found again.
  await artifacts.removeDay(day);
  await dropDay(sql, day);
}

async function deleteRunRows({ sql, days, stopping }: OldRunsDeps, day: Day): Promise<void> {
  for (let last: string | undefined; !stopping.aborted; ) {
    const deleted = await deleteRunsOfDay(sql, day, days, last);
    last = deleted.at(-1);
    if (deleted.length === 0) return;
  }
}

/** The row is deleted last, so that an unfinished deletion is found again. */
async function deleteWithArtifacts({ sql, artifacts, stopping }: OldRunsDeps, runId: string): Promise<void> {
  if (stopping.aborted) return;
  await artifacts.remove(runId);
  await deleteRun(sql, runId);
}

async function deleteOneByOne(deps: OldRunsDeps): Promise<void> {
  const { sql, days, stopping } = deps;
  const failed: string[] = [];
  let failure: unknown;
  for (;;) {
    const expired = await findExpired(sql, days + WITH_ITS_DAY, PAGE, failed);
    const failedBefore = failed.length;
    for (const runId of expired) {
      if (stopping.aborted) return;
      try {
        await deleteWithArtifacts(deps, runId);
      } catch (error) {
        failure ??= error;
        failed.push(runId);
      }
    }
    // If nothing of a page can be deleted, the cause is not in the runs: the next turn retries.
    if (expired.length < PAGE || failed.length - failedBefore === PAGE) break;
  }
  if (failed.length > 0)
    throw new Error(`${failed.length} runs, among them ${failed[0]}`, { cause: failure });
}
