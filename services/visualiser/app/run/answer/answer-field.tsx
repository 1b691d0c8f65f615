import type { ComponentChildren } from 'preact';
import type { AskedField } from '#shared/domain/events/asked-field.ts';
import { withoutDirections } from '../../kit/plain-text.ts';
import { answerWords } from './words.ts';

export type AnswerValue = string | boolean;

interface FieldProps {
  field: AskedField;
  value: AnswerValue | undefined;
  /** Undefined: no answer. */
  onChange(value: AnswerValue | undefined): void;
}

/** A field of an answer, by its type; one of a type that is not known here is a text. */
export function AnswerField({ field, value, onChange }: FieldProps) {
  const words = answerWords.value;
  const { name, label = name, type, optional = false } = field;
  const id = `answer-field-${name}`;
  const title = (
    <>
      <bdi>{withoutDirections(label)}</bdi> {optional && <span class="soft">{words.optional}</span>}
    </>
  );
  if (type === 'yesno') return <YesNo field={field} title={title} value={value} onChange={onChange} />;
  return (
    <div class="field">
      <label for={id}>{title}</label>
      {type === 'choice' ? (
        <Choice id={id} field={field} value={value} onChange={onChange} />
      ) : (
        <input
          id={id}
          {...INPUTS[type === 'password' || type === 'code' ? type : 'text']}
          required={!optional}
          value={typeof value === 'string' ? value : ''}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
      {type === 'password' && <span class="hint">{words.secret}</span>}
    </div>
  );
}

/** How each is typed: a phone offers the code of a message. */
const INPUTS = {
  text: { type: 'text', autocomplete: 'off' },
  code: { type: 'text', autocomplete: 'one-time-code', autocapitalize: 'off', spellcheck: false },
  password: { type: 'password', autocomplete: 'off' },
} as const;

function Choice({ id, field, value, onChange }: FieldProps & { id: string }) {
  const { options = [], optional = false } = field;
  return (
    <select
      id={id}
      required={!optional}
      value={typeof value === 'string' ? value : ''}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    >
      <option value="">{answerWords.value.choose}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {withoutDirections(option)}
        </option>
      ))}
    </select>
  );
}

function YesNo({ field, title, value, onChange }: FieldProps & { title: ComponentChildren }) {
  const { yes, no, none } = answerWords.value;
  const { name, optional = false } = field;
  const choices = [
    { choice: true, label: yes },
    { choice: false, label: no },
    ...(optional ? [{ choice: undefined, label: none }] : []),
  ];
  return (
    <fieldset class="field answer-yesno">
      <legend>{title}</legend>
      {choices.map(({ choice, label }) => (
        <label key={label}>
          <input
            type="radio"
            name={`answer-${name}`}
            required={!optional}
            checked={value === choice}
            onChange={() => onChange(choice)}
          />{' '}
          {label}
        </label>
      ))}
    </fieldset>
  );
}
