import { FormDialog } from '../kit/form-dialog.tsx';
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
  const { title, lead } = words;
  return (
    <FormDialog
      {...{ title, lead, words, tone, busy, problem, onClose }}
      isKeepFirst
      onSubmit={() => void send(work)}
    />
  );
}
