import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { vaultText } from './vault-text.ts';

interface LabelledProps {
  id: string;
  label: string;
  hint?: string | undefined;
  /** What is wrong with it, as the gateway says. */
  issue: string | undefined;
  children: ComponentChildren;
}

/** A field with its label above and what is to be known of it below. */
export function Labelled({ id, label, hint, issue, children }: LabelledProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      <span id={`${id}-about`} class="hint">
        {issue !== undefined && <span class="is-error">{issue} </span>}
        {hint}
      </span>
    </div>
  );
}

/** What a field of the form has in any case; the browser offers to keep nothing of it. */
export const ofField = (id: string, name: string, issue: string | undefined) =>
  ({
    id,
    name,
    'aria-invalid': issue !== undefined,
    'aria-describedby': `${id}-about`,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: false,
  }) as const;

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
