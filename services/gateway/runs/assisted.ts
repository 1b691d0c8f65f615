/* What clients of the original see of an assisted run: its goal, and what became of its victory. Pure. */
import type { RunViewRow } from '#shared/adapters/database/run-views/row.ts';
import type { RunDetail } from '#shared/api/contract/runs/runs.ts';
import type { StartBody } from '#shared/api/contract/runs/start.ts';
import type { Assisted } from '#shared/domain/flow/victory.ts';
import type { Outcome } from '#shared/domain/run/outcome.ts';

/** What is shown of a start; undefined if it asked for nothing of the kind. */
export function assistedOf({
  assisted,
  assist,
}: Pick<StartBody, 'assisted' | 'assist'>): Assisted | undefined {
  if (assist === undefined) return assisted;
  const { goal, isFullPlan, victory } = assist;
  return { goal, ...assisted, assistConfig: { isFullPlan, victory } };
}

type Judged = Pick<RunDetail, 'verdict' | 'verdictReason'>;

/** The verdict on a run with a victory. No model judges: it is known only if the check was made. */
export function verdictOf(
  { hasVictory, steps, stepCount }: Pick<RunViewRow, 'hasVictory' | 'steps' | 'stepCount'>,
  outcome: Outcome | undefined,
): Judged {
  if (!hasVictory) return {};
  if (outcome === 'pass')
    return { verdict: 'success', verdictReason: 'all steps succeeded, and the victory holds' };
  const check = steps.findLast(({ phase }) => phase === 'flow');
  const isLast = check?.action === 'verify' && check.index + 1 === stepCount;
  if (outcome !== 'fail' || !isLast || check.ok) return {};
  return {
    verdict: 'inconclusive',
    verdictReason: `the victory could not be confirmed: ${check.error ?? ''}`,
  };
}
