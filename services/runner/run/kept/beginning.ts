import type { OwnedBy } from '#shared/adapters/database/owned-run.ts';
import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import { readPageState, readParkState } from '#shared/adapters/database/runs/page-states.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import type { RunContext } from '#shared/domain/run/context.ts';
import type { RunSnapshot } from '#shared/domain/run/snapshot.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import { openState } from '../../browser/page-state/kept-state.ts';
import { untilDatabaseAnswers } from '../../browser/vault/database-retry.ts';
import type { Beginning } from '../hold-flow.ts';

interface Opening {
  sql: Statements;
  keys: PrivateKeys | undefined;
}

/** Where a run goes on that was parked. */
const parkedBeginning = (
  { id: runId, projectId }: Pick<ClaimedRun, 'id' | 'projectId'>,
  { attempt, done }: Pick<RunContext, 'attempt' | 'done'>,
  owned: OwnedBy,
  { sql, keys }: Opening,
): Beginning => ({
  async open(abandoned) {
    const kept = await untilDatabaseAnswers(abandoned, () => readParkState(sql, owned, { attempt, done }));
    const place = { runId, projectId, attempt, done, kind: 'park' as const };
    const state = await openState(keys, place, kept?.sealed);
    return { ...state, notCarried: kept?.notCarried ?? [] };
  },
});

/** Where a run begins, or goes on; undefined if that is its first step, with an empty page. */
export function beginningOf(
  run: Pick<ClaimedRun, 'id' | 'projectId' | 'forkedFrom' | 'forkedStep' | 'pageState'>,
  snapshot: RunSnapshot,
  owned: OwnedBy,
  { sql, keys }: Opening,
): Beginning | undefined {
  if (snapshot.context.parked) return parkedBeginning(run, snapshot.context, owned, { sql, keys });
  const { projectId, forkedFrom: runId, forkedStep: step, pageState: of } = run;
  if (runId === null || step === null || of === null) return undefined;
  return {
    forkedFrom: { runId, step },
    async open(abandoned) {
      const kept = await untilDatabaseAnswers(abandoned, () => readPageState(sql, owned, of));
      const state = await openState(keys, { ...of, projectId, kind: 'fork' }, kept?.sealed);
      return { ...state, notCarried: kept?.notCarried ?? [] };
    },
  };
}
