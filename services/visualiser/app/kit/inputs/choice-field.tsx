import { useId } from 'preact/hooks';
import { Labelled, ofField } from './labelled.tsx';

interface ChoiceFieldProps<Value extends string> {
  name: string;
  label: string;
  hint?: string;
  issue: string | undefined;
  /** What each of them is called. */
  choices: Readonly<Record<NoInfer<Value>, string>>;
  chosen: Value;
  onChoose?(value: NoInfer<Value>): void;
}

/** One of a few. */
export function ChoiceField<Value extends string>({ choices, chosen, ...field }: ChoiceFieldProps<Value>) {
  const { name, label, hint, issue, onChoose } = field;
  const id = useId();
  const all = Object.entries<string>(choices) as [Value, string][];
  return (
    <Labelled id={id} label={label} hint={hint} issue={issue}>
      <select
        {...ofField(id, name, issue)}
        onChange={(event) => onChoose?.(event.currentTarget.value as Value)}
      >
        {all.map(([value, text]) => (
          <option key={value} value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}
