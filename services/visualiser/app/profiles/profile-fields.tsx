import { useId, useState } from 'preact/hooks';
import { TextField } from '../kit/inputs/text-field.tsx';
import type { FieldIssues } from '../session/field-sending.ts';
import type { ListedProfile } from './profiles.ts';
import { profilesText } from './profiles-text.ts';

interface CheckFieldsProps {
  check: ListedProfile['check'];
  issues: FieldIssues;
}

/** Both of them or neither: once one has something, the other is required. */
export function CheckFields({ check, issues }: CheckFieldsProps) {
  const { form: words } = profilesText.value;
  const [hasAny, setHasAny] = useState(check !== undefined);
  const look = (fields: HTMLElement) =>
    setHasAny([...fields.querySelectorAll('input')].some(({ value }) => value.trim() !== ''));
  return (
    <fieldset onInput={(event) => look(event.currentTarget)}>
      <legend>{words.check}</legend>
      <TextField
        name="url"
        label={words.url}
        hint={words.urlHint}
        issue={issues['check.url']}
        inputMode="url"
        class="code"
        required={hasAny}
        defaultValue={check?.url ?? ''}
      />
      <TextField
        name="visible"
        label={words.visible}
        issue={issues['check.visible']}
        class="code"
        required={hasAny}
        defaultValue={check?.visible ?? ''}
      />
    </fieldset>
  );
}

export function PasskeysField({ hasThem }: { hasThem: boolean }) {
  const { form: words } = profilesText.value;
  const id = useId();
  return (
    <div class="field is-checkbox">
      <label for={id}>{words.passkeys}</label>
      <input
        id={id}
        type="checkbox"
        name="passkeys"
        defaultChecked={hasThem}
        aria-describedby={`${id}-about`}
      />
      <span id={`${id}-about`} class="hint">
        {words.passkeysHint}
      </span>
    </div>
  );
}
