import { KeyTable } from '../kit/keys/key-table.tsx';
import { keysWords } from '../kit/keys/words.ts';

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

/** What keys do on the page of a run. */
export function RunKeysDialog({ onClose }: { onClose(): void }) {
  const { ofRun } = keysWords.value;
  return (
    <KeyTable title={ofRun.title} keys={KEYS.map(([key, name]) => [key, ofRun[name]])} onClose={onClose} />
  );
}
