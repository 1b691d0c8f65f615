import { useState } from 'preact/hooks';
import { ApiError } from '#shared/client/index.ts';
import { signOutEverywhere } from '../state/account.ts';
import { endsSession, session } from '../state/session.ts';
import { text } from '../text/text.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';

/** Asks before every sign-in ends, this one included. */
export function EverywhereDialog({ onClose }: { onClose(): void }) {
  const { app, account } = text.value;
  const words = account.everywhere;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      await signOutEverywhere();
    } catch (error) {
      setBusy(false);
      if (!endsSession(error)) setProblem(error instanceof ApiError ? error.body.error : app.lost);
    }
  }
  return (
    <Dialog labelledBy="everywhere-title" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="everywhere-title">{words.title}</h2>
        <p class="clip">{words.lead(session.value?.email ?? '')}</p>
        <p class="problem" role="alert">
          {problem !== '' && (
            <>
              <Icon name="warning" />
              {problem}
            </>
          )}
        </p>
        <div class="dialog-actions">
          <button type="button" class="button" autofocus onClick={onClose}>
            {words.keep}
          </button>
          <button type="submit" class="button danger" disabled={busy}>
            {busy ? words.busy : words.submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
