import { FLOW_NAME } from './flow-name.ts';
import { flowWords } from './words.ts';

interface FlowNameFieldProps {
  label: string;
  value?: string;
  onInput?(name: string): void;
}

/** Asks for the name of a flow. */
export function FlowNameField({ label, value, onInput }: FlowNameFieldProps) {
  const { form } = flowWords.value;
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        name="flow-name"
        required
        autofocus
        maxLength={100}
        pattern={FLOW_NAME}
        title={form.nameHint}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        aria-describedby="flow-name-hint"
        defaultValue={value ?? ''}
        onInput={(event) => onInput?.(event.currentTarget.value)}
      />
      <span class="hint" id="flow-name-hint">
        {form.nameHint}
      </span>
    </label>
  );
}
