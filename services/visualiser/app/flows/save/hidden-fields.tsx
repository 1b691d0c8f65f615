import { flowWords } from '../words.ts';
import { VALUE_NAME_PATTERN } from './input-name.ts';
import type { HiddenValue } from './kept-flow.ts';

/** Asks for the names of the inputs that hidden values become. */
export function HiddenFields({ hidden }: { hidden: readonly HiddenValue[] }) {
  const { save: words } = flowWords.value;
  if (hidden.length === 0) return null;
  return (
    <fieldset class="secret-fields">
      <legend>{words.hidden}</legend>
      <p class="hint">{words.hiddenHint}</p>
      {hidden.map(({ list, index, field, action, name }) => (
        <label key={`${list}.${index}.${field}`} class="field">
          <span>
            {words.place(index + 1, list === 'onCancel', field === 'value' ? action : `${action}, ${field}`)}
          </span>
          <input
            type="text"
            name={`${list}.${index}.${field}`}
            required
            pattern={VALUE_NAME_PATTERN}
            title={words.inputName}
            autocomplete="off"
            spellcheck={false}
            defaultValue={name}
          />
        </label>
      ))}
    </fieldset>
  );
}
