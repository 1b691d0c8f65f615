/*
 * What a run and a project may keep of pictures and videos; what exceeds it is not kept. Owns what is counted of the runs
 * on this runner; a project is counted in the database. Traces, which come unasked, fill half of that at most.
 */
import { type Artifacts, NoRoomError } from '#shared/adapters/artifacts/artifacts.ts';
import {
  countBytes,
  type ProjectBytes,
  uncountBytes,
} from '#shared/adapters/database/runs/artifact-bytes.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { placeOfPiece } from '#shared/domain/playwright-trace/pieces.ts';
import { dayOf } from '#shared/domain/run/day.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { Config } from '#shared/platform/config/config.ts';
import { byteSizeOf } from './size-of.ts';

const MIB = 1_024 * 1_024;
/** What a picture waits for the database at most: then it is kept, and counted if the statement still comes through. */
const COUNTED_WITHIN_MS = 300;

type Keep = Pick<Artifacts, 'put' | 'discard'>;

export interface LimitsDeps {
  keep: Keep;
  sql: Sql;
  config: Config<'GHOSTLY_MAX_ARTIFACTS_MIB_PER_RUN' | 'GHOSTLY_MAX_ARTIFACTS_MIB_PER_PROJECT'>;
}

/** The limits of one run on this runner: an owner counts from nothing. */
export function limitsOfRun({ keep, sql, config }: LimitsDeps, projectId: string): Keep {
  const ofRun = config.GHOSTLY_MAX_ARTIFACTS_MIB_PER_RUN;
  const ofProject = config.GHOSTLY_MAX_ARTIFACTS_MIB_PER_PROJECT;
  const isCounted = ofProject !== Number.POSITIVE_INFINITY;
  const day = (runId: string) => dayOf(runId) ?? new Date().toISOString().slice(0, 10);
  const sizes = new Map<string, number>();
  let kept = 0;
  return {
    async put(runId, name, content) {
      const bytes = await byteSizeOf(content);
      const isTrace = placeOfPiece(name) !== undefined;
      // A trace has its own limit.
      const ownBytes = isTrace ? 0 : bytes;
      if (kept + ownBytes > ofRun * MIB)
        throw new NoRoomError(`the run has used its ${ofRun} MiB for pictures and videos`);
      kept += ownBytes;
      const counted = { projectId, day: day(runId), bytes };
      try {
        if (isCounted) await count(sql, counted, isTrace ? ofProject / 2 : ofProject);
      } catch (error) {
        kept -= ownBytes;
        throw error;
      }
      try {
        const path = await keep.put(runId, name, content);
        sizes.set(name, bytes);
        return path;
      } catch (error) {
        kept -= ownBytes;
        if (isCounted) void uncountBytes(sql, counted).catch(() => undefined);
        throw error;
      }
    },

    async discard(runId, names) {
      await keep.discard(runId, names);
      const sizeOf = (some: readonly string[]) => some.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
      const bytes = sizeOf(names);
      kept -= sizeOf(names.filter((name) => placeOfPiece(name) === undefined));
      if (isCounted) await uncountBytes(sql, { projectId, day: day(runId), bytes });
    },
  };
}

/** A database that does not answer costs no artifact. */
async function count(sql: Sql, of: ProjectBytes, mib: number): Promise<void> {
  const counting = countBytes(sql, { ...of, most: Math.floor(mib * MIB) }).catch(() => true);
  if (!(await settlesWithin(counting, COUNTED_WITHIN_MS)) || (await counting)) return;
  throw new NoRoomError(`the project has used its ${mib} MiB for pictures and videos`);
}
