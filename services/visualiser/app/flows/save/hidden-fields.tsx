import { flowWords } from '../words.ts';
import { VALUE_NAME_PATTERN } from './input-name.ts';
import type { HiddenPlace, HiddenValue } from './kept-flow.ts';

/** Asks for the names of the inputs that hidden values become. */
export function HiddenFields({ hidden }: { hidden: readonly HiddenValue[] }) {
  const { save: words } = flowWords.value;
  if (hidden.length === 0) return null;
  return (
    <fieldset class="secret-fields">
      <legend>{words.hidden}</legend>
      <p class="hint">{words.hiddenHint}</p>
      {hidden.map((place) => (
        <label key={keyOf(place)} class="field">
          <span>{placeText(place)}</span>
          <input
            type="text"
            name={keyOf(place)}
            required
            pattern={VALUE_NAME_PATTERN}
            title={words.inputName}
            autocomplete="off"
            spellcheck={false}
            defaultValue={place.name}
          />
        </label>
      ))}
    </fieldset>
  );
}

/** Says where hidden values are not replaced. */
export function LostPlaces({ places }: { places: readonly HiddenPlace[] }) {
  if (places.length === 0) return null;
  return (
    <div class="note is-warning lost-places">
      <p>{flowWords.value.save.staysHidden}</p>
      <ul>
        {places.map((place) => (
          <li key={keyOf(place)}>{placeText(place)}</li>
        ))}
      </ul>
    </div>
  );
}

const keyOf = ({ list, index, field }: HiddenPlace): string => `${list}.${index}.${field}`;

const placeText = ({ list, index, field, action }: HiddenPlace): string =>
  flowWords.value.save.place(
    index + 1,
    list === 'onCancel',
    field === 'value' ? action : `${action}, ${field}`,
  );
