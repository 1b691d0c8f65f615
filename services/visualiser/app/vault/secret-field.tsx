import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Labelled, ofField } from '../kit/inputs/labelled.tsx';
import { vaultText } from './vault-text.ts';

interface SecretFieldProps {
  name: string;
  label: string;
  hint?: string;
  issue: string | undefined;
  /** What it begins with. */
  value?: string | undefined;
  /** A value may have several lines. */
  hasLines?: boolean;
  /** Called once it was left with another value. */
  onChange?(value: string): void;
}

/** A field that hides its value until the user asks to see it. The value is kept in the field only. */
export function SecretField({
  name,
  label,
  hint,
  issue,
  value,
  hasLines = false,
  onChange,
}: SecretFieldProps) {
  const { form: words } = vaultText.value;
  const id = useId();
  const [isShown, setShown] = useState(false);
  const row = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const field = row.current?.querySelector<HTMLInputElement | HTMLTextAreaElement>('input, textarea');
    // Set as if typed: an attribute would be a part of the document.
    if (field && value !== undefined) field.value = value;
  }, []);
  const shared = {
    ...ofField(id, name, issue),
    required: true,
    onChange: (event: { currentTarget: { value: string } }) => onChange?.(event.currentTarget.value),
  };
  return (
    <Labelled id={id} label={label} hint={hint} issue={issue}>
      <span class="secret-field" ref={row}>
        {hasLines ? (
          <textarea {...shared} class={isShown ? 'code' : 'code is-masked'} rows={2} />
        ) : isShown ? (
          <input {...shared} type="text" autocomplete="new-password" />
        ) : (
          <input {...shared} type="password" autocomplete="new-password" />
        )}
        <button
          type="button"
          class="button quiet compact"
          aria-label={`${isShown ? words.hide : words.show} ${label}`}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? words.hide : words.show}
        </button>
      </span>
    </Labelled>
  );
}
