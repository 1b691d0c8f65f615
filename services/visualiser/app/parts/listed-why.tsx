import type { RunSummary } from '#shared/client/index.ts';
import { listedWait } from '#shared/run/listed-wait.ts';
import { isFinal } from '#shared/run/status.ts';
import { standingOf, stepsDone } from '../model/run-list.ts';
import { shortSentence } from '../model/why.ts';
import { text } from '../text/text.ts';

/** What a run waits for, in the words of its own page or, until they have come, as far as its row tells; of one that is over, why it was stopped or why it failed. */
export function ListedWhy({ run }: { run: RunSummary }) {
  const { runs } = text.value;
  const { cancel, status, error, steps } = run;
  if (!isFinal(status)) return <Waits run={run} />;
  if (standingOf(run) === 'lost') return <span>{runs.stale}</span>;
  if (cancel) {
    const by = { user: runs.byUser, supervisor: runs.bySupervisor, shutdown: runs.byShutdown }[cancel.source];
    const why = [cancel.reason, cancel.stale && runs.stale].filter(Boolean).join(' · ');
    return <span title={why}>{why || by}</span>;
  }
  if (status !== 'fail') return null;
  const failed = error ?? steps.findLast(({ ok }) => !ok)?.error;
  return (
    <span class="is-error" title={failed}>
      {failed?.split('\n', 1)[0]}
    </span>
  );
}

function Waits({ run }: { run: RunSummary }) {
  const {
    why: { listed },
    stop: { waiting },
  } = text.value;
  const { waitingFor } = run;
  if (waitingFor) {
    const told = [run.cancel?.reason, shortSentence(waitingFor, text.value)].filter(Boolean).join(' · ');
    return <span title={told}>{told}</span>;
  }
  const wait = listedWait(run);
  if (wait === undefined) return null;
  if (wait === 'runner' || wait === 'browser' || wait === 'outcome') return <span>{listed[wait]}</span>;
  if (wait === 'step' || wait === 'steps' || wait === 'commit') {
    const { done } = stepsDone(run);
    const now = wait === 'step' ? done + 1 : Math.max(1, done);
    return <span>{listed.step(Math.min(now, run.stepCount ?? now), run.stepCount)}</span>;
  }
  const told = [run.cancel?.reason, listed.stopping(waiting[wait])].filter(Boolean).join(' · ');
  return <span title={told}>{told}</span>;
}
