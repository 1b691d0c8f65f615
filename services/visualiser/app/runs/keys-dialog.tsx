import { KeyTable } from '../kit/keys/key-table.tsx';
import { keysWords } from '../kit/keys/words.ts';

const KEYS = [
  ['/', 'search'],
  ['j', 'next'],
  ['k', 'previous'],
  ['Enter', 'open'],
  ['x', 'select'],
  ['Shift+x', 'range'],
  ['c', 'cancel'],
  ['?', 'help'],
] as const;

/** What keys do in the list. */
export function KeysDialog({ onClose }: { onClose(): void }) {
  const { ofList } = keysWords.value;
  return (
    <KeyTable title={ofList.title} keys={KEYS.map(([key, name]) => [key, ofList[name]])} onClose={onClose} />
  );
}
