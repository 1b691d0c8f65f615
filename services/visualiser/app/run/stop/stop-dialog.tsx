import { useEffect, useState } from 'preact/hooks';
import { ApiError, type CancelFound, type CancelMode } from '#shared/api/client/index.ts';
import { Dialog, DialogActions } from '../../kit/dialog.tsx';
import { FormProblem } from '../../kit/problem.tsx';
import { Modes, Reason } from '../../kit/stop-fields.tsx';
import { momentText } from '../../text/moment.ts';
import { text } from '../../text/text.ts';
import { CancelPreview } from './cancel-preview.tsx';
import { type StopStage, useStopRequest } from './stop-request.ts';

export interface StopDialogProps {
  id: string;
  /** It is being stopped already: only force is left. */
  isHarder: boolean;
  /** It has ended. */
  isOver: boolean;
  onClose(): void;
}

/** Asks why and how, says what would come of it, and stops the run. */
export function StopDialog({ id, isHarder: isHarderNow, isOver, onClose }: StopDialogProps) {
  const { stop } = text.value;
  // It goes on asking what it asked, also if the run begins to stop meanwhile.
  const [isHarder] = useState(isHarderNow);
  const [mode, setMode] = useState<CancelMode>(isHarder ? 'force' : 'graceful');
  const [reason, setReason] = useState('');
  const { state, send } = useStopRequest(id);
  const { stage } = state;
  // While a request is under way, its answer is still to be shown.
  const isDone = stage === 'accepted' || (isOver && (stage === 'idle' || stage === 'refused'));
  useEffect(() => {
    if (isDone) onClose();
  }, [isDone]);

  function submit(event: Event): void {
    event.preventDefault();
    void send({ mode, ...(reason.trim() !== '' && { reason: reason.trim() }) });
  }
  return (
    <Dialog labelledBy="stop-title" onClose={onClose}>
      {state.stage === 'found' && state.found.found !== 'nothing' ? (
        <Found found={state.found} onClose={onClose} />
      ) : (
        <form onSubmit={submit}>
          <h2 id="stop-title">{isHarder ? stop.titleHarder : stop.title}</h2>
          {!isHarder && <Reason value={reason} onInput={setReason} />}
          {!isHarder && <Modes chosen={mode} onChoose={setMode} />}
          {isHarder && <p class="hint">{stop.forceHint}</p>}
          <CancelPreview id={id} mode={mode} />
          <p class="lost-answer" role="status" data-lost={stage === 'looking' ? stage : undefined}>
            {stage === 'looking' ? stop.looking : ''}
          </p>
          <FormProblem text={problemOf(state)} />
          <DialogActions
            words={stop}
            busy={stage === 'sending' || stage === 'looking'}
            tone="danger"
            icon="stop"
            onKeep={onClose}
          />
        </form>
      )}
    </Dialog>
  );
}

/** What became of the request, although its answer was lost. */
function Found({ found, onClose }: { found: CancelFound; onClose(): void }) {
  const { stop } = text.value;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id="stop-title">{stop.title}</h2>
      <p class="lost-answer" role="status" data-lost={found.found}>
        {foundText(found)}
      </p>
      <div class="dialog-actions">
        <button type="submit" class="button primary" autofocus>
          {stop.done}
        </button>
      </div>
    </form>
  );
}

function foundText(found: CancelFound): string {
  const { stop, words } = text.value;
  if (found.found !== 'recorded') return stop.final;
  const { user, source, at } = found.requested;
  const tell = found.run.outcome === undefined ? stop.recorded : stop.recordedOver;
  return tell(user ? (user.email ?? user.id) : words.sources[source], momentText(at));
}

function problemOf(state: StopStage): string {
  const { stop } = text.value;
  if (state.stage === 'found') return stop.notRecorded;
  if (state.stage === 'unknown') return stop.notKnown;
  if (state.stage !== 'refused') return '';
  const { error } = state;
  if (!(error instanceof ApiError)) return stop.failed;
  if (error.status === 409) return stop.final;
  return error.status === 403 ? stop.forbidden : `${stop.failed} (${error.body.error})`;
}
