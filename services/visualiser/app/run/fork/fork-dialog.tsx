import type { RunDetail } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { Dialog, DialogHead } from '../../kit/dialog.tsx';
import { go } from '../../session/location.ts';
import { client } from '../../session/session.ts';
import { AheadForm } from '../ahead/ahead-form.tsx';
import { forkWords } from './words.ts';

interface ForkDialogProps {
  run: RunDetail;
  fromStep: number;
  onClose(): void;
}

/** Where the new run begins, what it does not have, and the steps ahead, to be changed. */
export function ForkDialog({ run, fromStep, onClose }: ForkDialogProps) {
  const words = forkWords.value;
  return (
    <Dialog labelledBy="fork-title" onClose={onClose}>
      <DialogHead id="fork-title" title={words.title(fromStep + 1, shortId(run.id))} onClose={onClose} />
      <p>{words.lead}</p>
      <p class="hint" id="fork-hint">
        {words.lacks}
      </p>
      <AheadForm
        run={run}
        from={fromStep}
        hint="fork-hint"
        submit={{ text: words.start, busy: words.starting, icon: 'branch' }}
        send={async ({ steps, values }) => {
          const body = { fromStep, values, ...(steps && { steps: steps as never }) };
          const started = await client.peek().fork(run.id, body);
          go({ view: 'run', id: started.id });
        }}
        onClose={onClose}
      />
    </Dialog>
  );
}
