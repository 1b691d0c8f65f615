import { useState } from 'preact/hooks';
import type { RunDetail } from '#shared/api/client/index.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { countSteps, type Moment } from '#shared/domain/story/moment.ts';
import { Icon } from '../../kit/icon.tsx';
import { onDemand } from '../../kit/on-demand.tsx';
import { forkWords } from './words.ts';

const ForkDialog = onDemand(async () => (await import('./fork-dialog.tsx')).ForkDialog);

/** Begins a run at the moment that is looked at, if the page of that is kept. */
export function ForkButton({ run, moment }: { run: RunDetail; moment: Moment }) {
  const words = forkWords.value;
  const [from, setFrom] = useState<number | undefined>(undefined);
  const step = stepAhead(moment);
  if (!isKept(run, step) && from === undefined) return null;
  return (
    <>
      <button type="button" class="button compact" title={words.hint} onClick={() => setFrom(step)}>
        <Icon name="branch" size={14} />
        {words.button(step + 1)}
      </button>
      {from !== undefined && <ForkDialog run={run} fromStep={from} onClose={() => setFrom(undefined)} />}
    </>
  );
}

/** The step that is under way then, failed, or comes next. */
const stepAhead = (moment: Moment): number => (moment.carried?.fromStep ?? 0) + countSteps(moment).done;

/** More is kept while a run goes on; the gateway knows. */
const isKept = ({ forkFrom = [], status }: RunDetail, step: number): boolean =>
  forkFrom.includes(step) || (!isFinal(status) && forkFrom.length > 0 && step > Math.max(...forkFrom));
