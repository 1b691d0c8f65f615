import { useState } from 'preact/hooks';
import { IconButton } from '../kit/icon-button.tsx';
import { KeyTable } from '../runs/keys-dialog.tsx';
import { text } from '../text/text.ts';

const KEYS = [
  ['s', 'stop'],
  ['r', 'again'],
  ['e', 'edit'],
  ['[', 'previousStep'],
  [']', 'nextStep'],
  ['←', 'previousEvent'],
  ['→', 'nextEvent'],
  ['f', 'picture'],
  ['?', 'help'],
] as const;

/** Shows what keys do on the page of a run. */
export function RunKeysButton() {
  const { runKeys, keys } = text.value;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton kind="keys-button" label={keys.show} shortcut="?" onClick={() => setOpen(true)}>
        ?
      </IconButton>
      {isOpen && (
        <KeyTable
          title={runKeys.title}
          keys={KEYS.map(([key, name]) => [key, runKeys[name]])}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
