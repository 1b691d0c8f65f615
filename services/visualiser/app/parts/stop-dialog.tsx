import { useEffect, useState } from 'preact/hooks';
import { ApiError, type CancelMode, type DryRun } from '#shared/client/index.ts';
import { formatDuration } from '#shared/events/duration.ts';
import { REASON_LIMIT } from '../model/limits.ts';
import { nameOf } from '../model/state-name.ts';
import { client, endsSession } from '../state/session.ts';
import { text } from '../text/text.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';

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
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const [reason, setReason] = useState('');

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      await client.value.cancel(id, { mode, ...(reason.trim() !== '' && { reason: reason.trim() }) });
      onClose();
    } catch (error) {
      setBusy(false);
      if (!endsSession(error)) setProblem(problemOf(error));
    }
  }

  return (
    <Dialog labelledBy="stop-title" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="stop-title">{isHarder ? stop.titleHarder : stop.title}</h2>
        {!isHarder && (
          <label class="field">
            <span>{stop.reason}</span>
            <input
              name="reason"
              value={reason}
              maxLength={REASON_LIMIT}
              autocomplete="off"
              autofocus
              aria-describedby="stop-reason-hint"
              onInput={(event) => setReason(event.currentTarget.value)}
            />
            <span class="hint" id="stop-reason-hint">
              {stop.reasonHint}
            </span>
          </label>
        )}
        {!isHarder && (
          <fieldset class="modes">
            <legend>{stop.how}</legend>
            {(['graceful', 'force'] as const).map((one) => (
              <label key={one} class="mode">
                <input type="radio" name="mode" checked={mode === one} onChange={() => setMode(one)} />
                <span>
                  <strong>{stop[one]}</strong>
                  <span class="hint">{stop[`${one}Hint`]}</span>
                </span>
              </label>
            ))}
          </fieldset>
        )}
        {isHarder && <p class="hint">{stop.forceHint}</p>}
        <CancelPreview id={id} mode={mode} />
        <p class="problem" role="alert">
          {problem !== '' && (
            <>
              <Icon name="warning" />
              {problem}
            </>
          )}
        </p>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {stop.keep}
          </button>
          <button type="submit" class="button danger" disabled={busy}>
            <Icon name="stop" />
            {busy ? stop.busy : stop.submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function problemOf(error: unknown): string {
  const { stop } = text.value;
  if (!(error instanceof ApiError)) return stop.failed;
  if (error.status === 409) return stop.final;
  return error.status === 403 ? stop.forbidden : `${stop.failed} (${error.body.error})`;
}

/** What a dry run says that the cancel would do. */
function CancelPreview({ id, mode }: { id: string; mode: CancelMode }) {
  const { stop } = text.value;
  const [preview, setPreview] = useState<DryRun | undefined>(undefined);
  useEffect(() => {
    const leaving = new AbortController();
    client.value
      .cancel(id, { mode, dryRun: true, signal: leaving.signal })
      .then(setPreview, () => setPreview(undefined)); // it only tells beforehand what the answer will be
    return () => leaving.abort();
  }, [id, mode]);
  if (!preview) return <p class="cancel-preview" aria-hidden="true" />;
  const { path, step, onCancelSteps, withinMs, stale } = preview;
  const facts = [
    step && (step.atomic && mode !== 'force' ? stop.waits : stop.interrupts)(step.index + 1, step.action),
    onCancelSteps > 0 && stop.cleans(onCancelSteps),
    stale ? stop.staleNow : stop.within(formatDuration(withinMs)),
  ].filter((fact) => fact !== undefined && fact !== false);
  return (
    <div class="cancel-preview">
      <p>
        {stop.path}{' '}
        {path.map((state, n) => (
          <span key={state}>
            {n > 0 && <Icon name="arrow" size={12} />}
            <code>{nameOf(state)}</code>
          </span>
        ))}
      </p>
      <p class="soft">{facts.join(' · ')}</p>
    </div>
  );
}
