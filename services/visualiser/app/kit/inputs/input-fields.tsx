import { useState } from 'preact/hooks';
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import { newRunWords } from '../../new-run/words.ts';
import { text } from '../../text/text.ts';
import { type InputField, typedInput } from './inputs.ts';

interface InputFieldsProps {
  fields: readonly InputField[];
  /** What is wrong, by the paths of what is posted: `inputs.article`. */
  issues: readonly { path: string; message: string }[];
  /** Undefined takes the value away. */
  onChange(name: string, value: unknown): void;
}

/** The inputs of a flow, each in a field of its kind. */
export function InputFields({ fields, issues, onChange }: InputFieldsProps) {
  if (fields.length === 0) return null;
  return (
    <fieldset class="input-fields">
      <legend>{text.value.flow.inputs}</legend>
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          issue={issues.find(({ path }) => `${path}.`.startsWith(`inputs.${field.name}.`))?.message}
          onChange={(value) => onChange(field.name, value)}
        />
      ))}
    </fieldset>
  );
}

/** Leads to the first field with what is no value of its kind, if there is one; the browser says why. */
export function showInvalid(form: HTMLFormElement): boolean {
  const field = form.querySelector<HTMLInputElement>('.input-fields :is(input, textarea):invalid');
  field?.reportValidity();
  return field !== null;
}

interface FieldProps {
  field: InputField;
  issue: string | undefined;
  /** Undefined takes the value away. */
  onChange(value: unknown): void;
}

function Field({ field, issue, onChange }: FieldProps) {
  const { flow: words } = text.value;
  const { name, title, description, isRequired, kind } = field;
  const id = `input-${name}`;
  const about = `${id}-about`;
  const hasAbout = description !== undefined || issue !== undefined;
  const shared = {
    id,
    name: `inputs.${name}`,
    'aria-required': isRequired,
    'aria-invalid': issue !== undefined,
    ...(hasAbout && { 'aria-describedby': about }),
  };
  return (
    <div class={kind === 'checkbox' ? 'field is-checkbox' : 'field'}>
      <label for={id}>
        <bdi>{title}</bdi> {isRequired && <span class="soft">{words.required}</span>}
      </label>
      <Control field={field} shared={shared} onChange={onChange} />
      {hasAbout && (
        <span id={about} class="hint">
          {issue !== undefined && <span class="is-error">{issue} </span>}
          <bdi>{description}</bdi>
        </span>
      )}
    </div>
  );
}

interface ControlProps {
  field: InputField;
  shared: { id: string; name: string };
  onChange(value: unknown): void;
}

function Control({ field, shared, onChange }: ControlProps) {
  const { value, choices } = field;
  switch (field.kind) {
    case 'text':
    case 'lines':
      return <Text shared={shared} value={value} isLong={field.kind === 'lines'} onChange={onChange} />;
    case 'number':
      return <NumberInput shared={shared} value={value} standard={field.standard} onChange={onChange} />;
    case 'checkbox':
      return (
        <input
          {...shared}
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return <Choice shared={shared} value={value} choices={choices} onChange={onChange} />;
    case 'secret':
      return <Secret shared={shared} value={value} type={field.type} onChange={onChange} />;
    case 'json':
      return <Json shared={shared} value={value} onChange={onChange} />;
  }
}

type ValueProps = Omit<ControlProps, 'field'> & Pick<InputField, 'value'>;

function Text({ shared, value, isLong, onChange }: ValueProps & { isLong: boolean }) {
  const given = {
    ...shared,
    value: typeof value === 'string' ? value : '',
    onInput: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  return isLong ? <textarea {...given} rows={3} /> : <input {...given} type="text" />;
}

const NumberInput = ({ shared, value, standard, onChange }: ValueProps & Pick<InputField, 'standard'>) => (
  <input
    {...shared}
    type="number"
    step="any"
    value={typeof value === 'number' ? value : ''}
    placeholder={typeof standard === 'number' ? String(standard) : undefined}
    onInput={({ currentTarget: { valueAsNumber: number } }) =>
      onChange(Number.isNaN(number) ? undefined : number)
    }
  />
);

function Choice({ shared, value, choices, onChange }: ValueProps & Pick<InputField, 'choices'>) {
  const texts = choices.map((one) => JSON.stringify(one));
  const at = texts.indexOf(JSON.stringify(value) ?? '');
  return (
    <select
      {...shared}
      value={at}
      onChange={({ currentTarget }) => onChange(choices[Number(currentTarget.value)])}
    >
      <option value={-1} />
      {choices.map((one, n) => (
        <option key={texts[n]} value={n}>
          {typeof one === 'string' ? one : texts[n]}
        </option>
      ))}
    </select>
  );
}

/** A value as it is typed. */
const typedText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** A secret that is kept is not there to be seen: it stays until another is typed. */
function Secret({ shared, value, type, onChange }: ValueProps & Pick<InputField, 'type'>) {
  const [wasHidden] = useState(value === REDACTED);
  const [typed, setTyped] = useState(wasHidden ? '' : typedText(value));
  function change(next: string): void {
    setTyped(next);
    onChange(next === '' && wasHidden ? REDACTED : typedInput(type, next));
  }
  return (
    <input
      {...shared}
      type="password"
      autocomplete="off"
      value={typed}
      placeholder={wasHidden ? text.value.flow.secretKept : undefined}
      onInput={(event) => change(event.currentTarget.value)}
    />
  );
}

/** Anything else, as JSON. What is none yet is not sent: the form is not valid until then. */
function Json({ shared, value, onChange }: ValueProps) {
  const [draft, setDraft] = useState<{ text: string; of: string } | undefined>(undefined);
  const known = value === undefined ? '' : JSON.stringify(value);
  function type(field: HTMLTextAreaElement): void {
    const read = readJson(field.value);
    field.setCustomValidity(read ? '' : newRunWords.value.notJson(''));
    setDraft({ text: field.value, of: read ? (JSON.stringify(read.value) ?? '') : known });
    if (read) onChange(read.value);
  }
  return (
    <textarea
      {...shared}
      rows={2}
      spellcheck={false}
      // What was written elsewhere since takes the place of what was typed here.
      value={draft?.of === known ? draft.text : known}
      onInput={(event) => type(event.currentTarget)}
    />
  );
}

/** Nothing is no value. */
function readJson(typed: string): { value: unknown } | undefined {
  if (typed.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(typed) };
  } catch {
    return undefined;
  }
}
