import { useEffect, useId, useState } from 'preact/hooks';
import { FLOW_NAME } from '../flows/flow-name.ts';
import { Labelled, ofField } from '../kit/inputs/labelled.tsx';
import type { FieldIssues } from '../session/field-sending.ts';
import { AGE_UNITS, ageOf } from './profile-form.ts';
import { type ListedProfile, readFlowNames } from './profiles.ts';
import { profilesText } from './profiles-text.ts';

interface CheckFieldsProps {
  check: ListedProfile['check'];
  issues: FieldIssues;
}

/** Both of them or neither: once one has something, the other is required. */
export function CheckFields({ check, issues }: CheckFieldsProps) {
  const { form: words } = profilesText.value;
  const [hasAny, setHasAny] = useState(check !== undefined);
  const [urlId, visibleId] = [useId(), useId()];
  const look = (fields: HTMLElement) =>
    setHasAny([...fields.querySelectorAll('input')].some(({ value }) => value.trim() !== ''));
  return (
    <fieldset class="profile-check" onInput={(event) => look(event.currentTarget)}>
      <legend>{words.check}</legend>
      <Labelled id={urlId} label={words.url} hint={words.urlHint} issue={issues['check.url']}>
        <input
          {...ofField(urlId, 'url', issues['check.url'])}
          type="text"
          inputMode="url"
          class="code"
          required={hasAny}
          defaultValue={check?.url ?? ''}
        />
      </Labelled>
      <Labelled id={visibleId} label={words.visible} issue={issues['check.visible']}>
        <input
          {...ofField(visibleId, 'visible', issues['check.visible'])}
          type="text"
          class="code"
          required={hasAny}
          defaultValue={check?.visible ?? ''}
        />
      </Labelled>
    </fieldset>
  );
}

interface FlowFieldProps {
  project: string;
  flow: string | undefined;
  issue: string | undefined;
}

/** The name of a flow; those of the project are offered. */
export function FlowField({ project, flow, issue }: FlowFieldProps) {
  const { form: words } = profilesText.value;
  const id = useId();
  const [names, setNames] = useState<readonly string[]>([]);
  useEffect(() => {
    const leaving = new AbortController();
    void readFlowNames(project, leaving.signal).then(setNames);
    return () => leaving.abort();
  }, [project]);
  return (
    <Labelled id={id} label={words.flow} hint={words.flowHint} issue={issue}>
      <input
        {...ofField(id, 'flow', issue)}
        type="text"
        class="code"
        list={`${id}-names`}
        maxLength={100}
        pattern={FLOW_NAME}
        defaultValue={flow ?? ''}
      />
      <datalist id={`${id}-names`}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </Labelled>
  );
}

interface AgeFieldProps {
  maxAgeMs: number | undefined;
  issue: string | undefined;
}

export function AgeField({ maxAgeMs, issue }: AgeFieldProps) {
  const { form: words } = profilesText.value;
  const id = useId();
  const age = maxAgeMs === undefined ? undefined : ageOf(maxAgeMs);
  return (
    <Labelled id={id} label={words.age} hint={words.ageHint} issue={issue}>
      <span class="age-field">
        <input
          {...ofField(id, 'age', issue)}
          type="number"
          min="0"
          step="any"
          defaultValue={String(age?.count ?? '')}
        />
        <select name="unit" aria-label={words.unit}>
          {AGE_UNITS.map((unit) => (
            <option key={unit} value={unit} selected={unit === (age?.unit ?? 'days')}>
              {words.units[unit]}
            </option>
          ))}
        </select>
      </span>
    </Labelled>
  );
}
