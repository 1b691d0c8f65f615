import type { ComponentChildren } from 'preact';

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
