import { chooseKeys, usesKeys } from '../../session/preferences.ts';
import { Dialog, DialogHead } from '../dialog.tsx';
import { keysWords } from './words.ts';

interface KeyTableProps {
  title: string;
  /** Each key, and what it does. */
  keys: readonly (readonly [key: string, does: string])[];
  onClose(): void;
}

/** What keys do on a page; those that are single letters can be turned off. */
export function KeyTable({ title, keys: listed, onClose }: KeyTableProps) {
  const { use, useHint } = keysWords.value;
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
          {use}
          <span class="hint">{useHint}</span>
        </span>
      </label>
    </Dialog>
  );
}
