import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import { readPageState } from '#shared/adapters/database/runs/page-states.ts';
import type { OwnedBy } from '#shared/adapters/database/secrets/opening.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import { openState } from '../browser/page-state/kept-state.ts';
import { untilDatabaseAnswers } from '../browser/vault/database-retry.ts';
import type { Beginning } from './hold-flow.ts';

/** Where a run begins; undefined if that is its first step, with an empty page. */
export function beginningOf(
  run: Pick<ClaimedRun, 'projectId' | 'forkedFrom' | 'forkedStep' | 'pageState'>,
  owned: OwnedBy,
  { sql, keys }: { sql: Statements; keys: PrivateKeys | undefined },
): Beginning | undefined {
  const { projectId, forkedFrom: runId, forkedStep: step, pageState: of } = run;
  if (runId === null || step === null || of === null) return undefined;
  return {
    runId,
    step,
    async open(abandoned) {
      const kept = await untilDatabaseAnswers(abandoned, () => readPageState(sql, owned, of));
      const state = await openState(keys, { ...of, projectId, kind: 'fork' }, kept?.sealed);
      return { ...state, notCarried: kept?.notCarried ?? [] };
    },
  };
}
