import { useId } from 'preact/hooks';
import { Labelled, ofField } from './labelled.tsx';

interface LinesFieldProps {
  name: string;
  label: string;
  hint?: string;
  issue: string | undefined;
  text: string;
  class?: string;
  required?: boolean;
  placeholder?: string;
}

/** A field of several lines. */
export function LinesField({ name, label, hint, issue, text, ...given }: LinesFieldProps) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} issue={issue}>
      <textarea
        {...ofField(id, name, issue)}
        {...given}
        rows={Math.max(2, text.split('\n').length)}
        defaultValue={text}
      />
    </Labelled>
  );
}
