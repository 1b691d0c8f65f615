import type { LooseInputHTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';
import { Labelled, ofField } from './labelled.tsx';

interface TextFieldProps extends Omit<LooseInputHTMLAttributes<HTMLInputElement>, 'label' | 'type' | 'role'> {
  name: string;
  label: string;
  hint?: string | undefined;
  /** What is wrong with it, as the gateway says. */
  issue: string | undefined;
  /** What may be chosen; anything else may be typed, too. */
  choices?: readonly string[];
}

/** A field of one line. */
export function TextField({ name, label, hint, issue, choices, ...given }: TextFieldProps) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} issue={issue}>
      <input
        {...ofField(id, name, issue)}
        type="text"
        list={choices ? `${id}-choices` : undefined}
        {...given}
      />
      {choices && (
        <datalist id={`${id}-choices`}>
          {choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
    </Labelled>
  );
}
