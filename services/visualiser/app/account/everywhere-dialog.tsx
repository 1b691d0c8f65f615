import { ApiError } from '#shared/api/client/index.ts';
import { Dialog, DialogActions } from '../kit/dialog.tsx';
import { FormProblem } from '../kit/problem.tsx';
import { useSending } from '../session/sending.ts';
import { session } from '../session/session.ts';
import { text } from '../text/text.ts';
import { signOutEverywhere } from './account.ts';
import { accountWords } from './words.ts';

/** Asks before every sign-in ends, this one included. */
export function EverywhereDialog({ onClose }: { onClose(): void }) {
  const { app } = text.value;
  const words = accountWords.value.everywhere;
  const { busy, problem, send } = useSending((error) =>
    error instanceof ApiError ? error.body.error : app.lost,
  );

  function submit(event: Event): void {
    event.preventDefault();
    void send(signOutEverywhere);
  }
  return (
    <Dialog labelledBy="everywhere-title" onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id="everywhere-title">{words.title}</h2>
        <p class="clip">{words.lead(session.value?.email ?? '')}</p>
        <FormProblem text={problem} />
        <DialogActions words={words} busy={busy} tone="danger" isKeepFirst onKeep={onClose} />
      </form>
    </Dialog>
  );
}
