import { Dialog, DialogActions } from '../kit/dialog.tsx';
import { FormProblem } from '../kit/problem.tsx';
import { problemText } from './problem-text.ts';
import { useSending } from './sending.ts';

export interface ConfirmDialogProps {
  words: { title: string; lead: string; keep: string; submit: string; busy: string };
  tone?: 'primary' | 'danger';
  /** Closes it by itself if all went well. */
  work(): Promise<void>;
  onClose(): void;
}

/** Asks before something is done that cannot be taken back. */
export function ConfirmDialog({ words, tone = 'danger', work, onClose }: ConfirmDialogProps) {
  const { busy, problem, send } = useSending(problemText);

  function submit(event: Event): void {
    event.preventDefault();
    void send(work);
  }
  return (
    <Dialog labelledBy="confirm-title" onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id="confirm-title">{words.title}</h2>
        <p class="clip">{words.lead}</p>
        <FormProblem text={problem} />
        <DialogActions words={words} busy={busy} tone={tone} isKeepFirst onKeep={onClose} />
      </form>
    </Dialog>
  );
}
