import { Dialog, DialogHead } from '../kit/dialog.tsx';
import { chooseKeys, usesKeys } from '../session/preferences.ts';
import { text } from '../text/text.ts';

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
  const { keys } = text.value;
  return (
    <KeyTable title={keys.title} keys={KEYS.map(([key, name]) => [key, keys[name]])} onClose={onClose} />
  );
}

export interface KeyTableProps {
  title: string;
  /** Each key, and what it does. */
  keys: readonly (readonly [key: string, does: string])[];
  onClose(): void;
}

/** What keys do on a page; those that are single letters can be turned off. */
export function KeyTable({ title, keys: listed, onClose }: KeyTableProps) {
  const { keys } = text.value;
  return (
    <Dialog labelledBy="keys-title" onClose={onClose}>
      <DialogHead id="keys-title" title={title} onClose={onClose} />
      <dl class="keys">
        {listed.map(([key, does]) => (
          <div key={key} class="key">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={usesKeys.value}
          onChange={(event) => chooseKeys(event.currentTarget.checked)}
        />
        <span>
          {keys.use}
          <span class="hint">{keys.useHint}</span>
        </span>
      </label>
    </Dialog>
  );
}
