import { useEffect, useState } from 'preact/hooks';
import { ApiError, type CancelMode, type RunSummary } from '#shared/api/client/index.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { Dialog, DialogActions } from '../../kit/dialog.tsx';
import { FormProblem } from '../../kit/problem.tsx';
import { standingOf } from '../../kit/standing/standing.ts';
import { Modes, Reason } from '../../kit/stop-fields.tsx';
import { text } from '../../text/text.ts';
import { useCancelRuns } from './cancel-runs.ts';
import { FateList } from './fate-list.tsx';
import { countFates, type Fates, isInDoubt } from './fates.ts';
import { useForecast } from './forecast.ts';
import { advanced, isSelectable } from './selection.ts';
import type { CancelStage } from './send-cancels.ts';
import { cancelRunsWords } from './words.ts';

export interface CancelRunsDialogProps {
  runs: readonly RunSummary[];
  /** What is known now of runs, these among them. */
  known: readonly RunSummary[];
  onClose(): void;
}

/** Says what a cancel of these runs would do, asks why and how, and then tells what became of each. */
export function CancelRunsDialog({ runs: selected, known, onClose }: CancelRunsDialogProps) {
  const words = cancelRunsWords.value;
  const { stage, fates, error, send } = useCancelRuns();
  const [runs, setRuns] = useState(selected);
  // Until the cancel is sent, how far they are now: one that waits may start meanwhile.
  useEffect(() => {
    if (stage === 'idle') setRuns((asked) => advanced(asked, known));
  }, [known, stage]);
  const open = runs.filter(isSelectable);
  const [mode, setMode] = useState<CancelMode>('graceful');
  const [reason, setReason] = useState('');
  const how = { mode, ...(reason.trim() !== '' && { reason: reason.trim() }) };
  const isAsking = fates.size === 0;
  const mayAsk = isAsking && open.length > 0;
  const doubtful = [...fates].filter(([, fate]) => isInDoubt(fate)).map(([id]) => id);

  function submit(event: Event): void {
    event.preventDefault();
    if (mayAsk) {
      setRuns(open);
      void send(
        open.map(({ id }) => id),
        how,
      );
    } else onClose();
  }
  return (
    <Dialog labelledBy="cancel-runs-title" onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id="cancel-runs-title">{mayAsk ? words.ask(open.length) : words.cancelOf(runs.length)}</h2>
        {isAsking && <Forecast runs={runs} mode={mode} />}
        {isAsking && <Reason value={reason} onInput={setReason} />}
        {isAsking && <Modes chosen={mode} onChoose={setMode} />}
        {!isAsking && <Progress stage={stage} fates={fates} />}
        <FateList runs={runs} fates={fates} />
        <FormProblem text={error === undefined ? '' : problemOf(error)} />
        {mayAsk ? (
          <DialogActions
            words={{ keep: words.keep, submit: words.submit(open.length), busy: words.busy }}
            busy={stage !== 'idle'}
            tone="danger"
            icon="stop"
            onKeep={onClose}
          />
        ) : (
          <div class="dialog-actions">
            {doubtful.length > 0 && stage === 'done' && (
              <button type="button" class="button" onClick={() => void send(doubtful, how)}>
                {words.again(doubtful.length)}
              </button>
            )}
            <button type="submit" class="button primary" autofocus>
              {words.close}
            </button>
          </div>
        )}
      </form>
    </Dialog>
  );
}

/** What would happen, by how far the runs are. */
function Forecast({ runs, mode }: { runs: readonly RunSummary[]; mode: CancelMode }) {
  const words = cancelRunsWords.value;
  const by = Map.groupBy(runs, standingOf);
  const running = by.get('running') ?? [];
  const withinMs = useForecast(running, mode);
  const within = withinMs === undefined ? '' : formatDuration(withinMs);
  const cancelling = by.get('cancelling')?.length ?? 0;
  const ended = runs.filter((run) => !isSelectable(run)).length;
  const queued = runs.length - running.length - cancelling - ended;
  const lines = [
    queued > 0 && words.willQueued(queued),
    running.length > 0 && (mode === 'force' ? words.willForce : words.willRunning)(running.length, within),
    cancelling > 0 && words.willCancelling(cancelling),
    ended > 0 && words.haveEnded(ended),
  ].filter((line) => line !== false);
  return (
    <div class="cancel-preview">
      <ul class="forecast">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p class="soft">{words.will}</p>
    </div>
  );
}

function Progress({ stage, fates }: { stage: CancelStage; fates: Fates }) {
  const words = cancelRunsWords.value;
  const counts = countFates(fates);
  const parts = (['cancelled', 'stopping', 'ended', 'failed'] as const)
    .filter((part) => counts[part] > 0)
    .map((part) => words.parts[part](counts[part]));
  const progress =
    stage === 'looking' ? words.looking : stage === 'sending' ? words.sending : `${parts.join('; ')}.`;
  return (
    <div class="cancel-progress" data-stage={stage}>
      <p role="status">{progress}</p>
      <progress max={counts.all} value={counts.all - counts.stopping} aria-label={words.runs} />
      {counts.stopping > 0 && <p class="hint">{words.goesOn}</p>}
    </div>
  );
}

function problemOf(error: unknown): string {
  const words = cancelRunsWords.value;
  const { app } = text.value;
  return error instanceof ApiError ? `${words.refused} (${error.body.error})` : app.lost;
}
