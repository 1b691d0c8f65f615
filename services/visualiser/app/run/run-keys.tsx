import { useState } from 'preact/hooks';
import { IconButton } from '../kit/icon-button.tsx';
import { onDemand } from '../kit/on-demand.tsx';
import { text } from '../text/text.ts';

const RunKeysDialog = onDemand(async () => (await import('./run-keys-dialog.tsx')).RunKeysDialog);

/** Shows what keys do on the page of a run. */
export function RunKeysButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton
        kind="keys-button"
        label={text.value.runs.showKeys}
        shortcut="?"
        onClick={() => setOpen(true)}
      >
        ?
      </IconButton>
      {isOpen && <RunKeysDialog onClose={() => setOpen(false)} />}
    </>
  );
}
