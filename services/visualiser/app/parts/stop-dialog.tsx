import { useState } from 'preact/hooks';
import { ApiError, type CancelMode } from '#shared/client/index.ts';
import { REASON_LIMIT } from '../model/limits.ts';
import { useSending } from '../state/sending.ts';
import { client } from '../state/session.ts';
import { text } from '../text/text.ts';
import { CancelPreview } from './cancel-preview.tsx';
import { Dialog } from './dialog.tsx';
import { DialogActions } from './dialog-actions.tsx';
import { Problem } from './problem.tsx';

export interface StopDialogProps {
  id: string;
  /** It is being stopped already: only force is left. */
  isHarder: boolean;
  onClose(): void;
}

/** Asks why and how, says what would come of it, and stops the run. */
export function StopDialog({ id, isHarder: isHarderNow, onClose }: StopDialogProps) {
  const { stop } = text.value;
  // It goes on asking what it asked, also if the run begins to stop meanwhile.
  const [isHarder] = useState(isHarderNow);
  const [mode, setMode] = useState<CancelMode>(isHarder ? 'force' : 'graceful');
  const [reason, setReason] = useState('');
  const { busy, problem, send } = useSending(problemOf);

  function submit(event: Event): void {
    event.preventDefault();
    void send(async () => {
      await client.value.cancel(id, { mode, ...(reason.trim() !== '' && { reason: reason.trim() }) });
      onClose();
    });
  }
  return (
    <Dialog labelledBy="stop-title" onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id="stop-title">{isHarder ? stop.titleHarder : stop.title}</h2>
        {!isHarder && <Reason value={reason} onInput={setReason} />}
        {!isHarder && <Modes chosen={mode} onChoose={setMode} />}
        {isHarder && <p class="hint">{stop.forceHint}</p>}
        <CancelPreview id={id} mode={mode} />
        <Problem text={problem} />
        <DialogActions words={stop} busy={busy} tone="danger" icon="stop" onKeep={onClose} />
      </form>
    </Dialog>
  );
}

function Reason({ value, onInput }: { value: string; onInput(reason: string): void }) {
  const { stop } = text.value;
  return (
    <label class="field">
      <span>{stop.reason}</span>
      <input
        name="reason"
        value={value}
        maxLength={REASON_LIMIT}
        autocomplete="off"
        autofocus
        aria-describedby="stop-reason-hint"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <span class="hint" id="stop-reason-hint">
        {stop.reasonHint}
      </span>
    </label>
  );
}

function Modes({ chosen, onChoose }: { chosen: CancelMode; onChoose(mode: CancelMode): void }) {
  const { stop } = text.value;
  return (
    <fieldset class="modes">
      <legend>{stop.how}</legend>
      {(['graceful', 'force'] as const).map((mode) => (
        <label key={mode} class="mode">
          <input type="radio" name="mode" checked={chosen === mode} onChange={() => onChoose(mode)} />
          <span>
            <strong>{stop[mode]}</strong>
            <span class="hint">{stop[`${mode}Hint`]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function problemOf(error: unknown): string {
  const { stop } = text.value;
  if (!(error instanceof ApiError)) return stop.failed;
  if (error.status === 409) return stop.final;
  return error.status === 403 ? stop.forbidden : `${stop.failed} (${error.body.error})`;
}
