import { useState } from 'preact/hooks';
import type { CancelMode } from '#shared/api/client/index.ts';
import { FormDialog } from '../../kit/form-dialog.tsx';
import { Modes, Reason } from '../../kit/stop-fields.tsx';
import { problemText } from '../../session/problem-text.ts';
import { useSending } from '../../session/sending.ts';
import { text } from '../../text/text.ts';
import { type BatchOfProject, stopBatch } from '../batches.ts';
import { batchWords } from '../words.ts';

interface CancelBatchProps {
  place: BatchOfProject;
  /** It is being cancelled already: what is left is stopped by force. */
  isHarder: boolean;
  onClose(): void;
}

/** Cancels a batch, and asks why and how. */
export function CancelBatchDialog({ place, isHarder, onClose }: CancelBatchProps) {
  const { cancelAsk } = batchWords.value;
  const { stop } = text.value;
  const { busy, problem, send } = useSending(problemText);
  const [reason, setReason] = useState('');
  const [mode, setMode] = useState<CancelMode>(isHarder ? 'force' : 'graceful');
  const words = isHarder ? { ...cancelAsk, title: stop.titleHarder, lead: stop.forceHint } : cancelAsk;
  const cancel = () =>
    send(async () => {
      const why = reason.trim();
      await stopBatch(place, { mode, ...(why !== '' && { reason: why }) });
      onClose();
    });
  return (
    <FormDialog
      title={words.title}
      lead={words.lead}
      tone="danger"
      {...{ words, busy, problem, onClose }}
      onSubmit={() => void cancel()}
    >
      <Reason value={reason} onInput={setReason} />
      {!isHarder && <Modes chosen={mode} onChoose={setMode} />}
    </FormDialog>
  );
}
