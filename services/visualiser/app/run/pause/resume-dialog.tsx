import type { RunDetail } from '#shared/api/client/index.ts';
import { Dialog, DialogHead } from '../../kit/dialog.tsx';
import { client } from '../../session/session.ts';
import { AheadForm } from '../ahead/ahead-form.tsx';
import { pauseWords } from './words.ts';

interface ResumeDialogProps {
  run: Pick<RunDetail, 'id' | 'project'>;
  /** Index of the step that comes next. */
  from: number;
  onSent(): void;
  onClose(): void;
}

/** The steps ahead of a paused run, to be changed before it goes on. */
export function ResumeDialog({ run, from, onSent, onClose }: ResumeDialogProps) {
  const words = pauseWords.value;
  return (
    <Dialog labelledBy="resume-title" onClose={onClose}>
      <DialogHead id="resume-title" title={words.editTitle(from + 1)} onClose={onClose} />
      <p class="hint" id="resume-hint">
        {words.editLead}
      </p>
      <AheadForm
        run={run}
        from={from}
        hint="resume-hint"
        submit={{ text: words.goOnWith(from + 1), busy: words.sending, icon: 'play' }}
        send={async ({ steps }) => {
          const body = { from, ...(steps && { steps: steps as never }) };
          await client.peek().call('resumeRun', { params: { id: run.id }, body });
          onSent();
        }}
        onClose={onClose}
      />
    </Dialog>
  );
}
