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

/** What keys do in the list; those that are single letters can be turned off. */
export function KeysDialog({ onClose }: { onClose(): void }) {
  const { keys } = text.value;
  return (
    <Dialog labelledBy="keys-title" onClose={onClose}>
      <DialogHead id="keys-title" title={keys.title} onClose={onClose} />
      <dl class="keys">
        {KEYS.map(([key, name]) => (
          <div key={key} class="key">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{keys[name]}</dd>
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
