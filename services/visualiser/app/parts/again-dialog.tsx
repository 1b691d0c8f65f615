import { useState } from 'preact/hooks';
import { text } from '../text/text.ts';
import { Dialog } from './dialog.tsx';
import { DialogActions } from './dialog-actions.tsx';

export interface AgainDialogProps {
  /** Where secrets are missing: `steps.3.value`. */
  places: string[];
  isBusy: boolean;
  onSubmit(values: Record<string, string>): void;
  onClose(): void;
}

/** Asks for the secrets of another user's flow. What is typed stays here until it is sent. */
export function AgainDialog({ places, isBusy, onSubmit, onClose }: AgainDialogProps) {
  const { run: words } = text.value;
  const [values, setValues] = useState<Record<string, string>>({});

  function submit(event: Event): void {
    event.preventDefault();
    onSubmit(Object.fromEntries(places.map((place) => [place, values[place] ?? ''])));
  }
  return (
    <Dialog labelledBy="again-title" onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id="again-title">{words.againSecrets}</h2>
        <p class="hint">{words.againSecretsHint}</p>
        {places.map((place, index) => (
          <label key={place} class="field">
            <span>{labelOf(place)}</span>
            <input
              type="password"
              name={place}
              value={values[place] ?? ''}
              autocomplete="off"
              autofocus={index === 0}
              onInput={({ currentTarget: { value } }) => setValues((given) => ({ ...given, [place]: value }))}
            />
          </label>
        ))}
        <DialogActions
          words={{ keep: words.againKeep, submit: words.again, busy: words.againBusy }}
          busy={isBusy}
          icon="again"
          onKeep={onClose}
        />
      </form>
    </Dialog>
  );
}

/** Steps are counted from one, as they are everywhere on this page. */
function labelOf(place: string): string {
  const { run: words } = text.value;
  const [list, index] = place.split('.');
  if (index === undefined) return words.againAddress;
  return words.againStep(Number(index) + 1, list === 'onCancel');
}
