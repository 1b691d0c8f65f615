import { text } from '../../text/text.ts';
import type { AskedSecret } from './flow-again.ts';

export interface SecretFieldsProps {
  asked: readonly AskedSecret[];
  secrets: Readonly<Record<string, string>>;
  onType(key: string, secret: string): void;
}

/** Asks for the secrets of another user's flow. */
export function SecretFields({ asked, secrets, onType }: SecretFieldsProps) {
  const { flow: words } = text.value;
  if (asked.length === 0) return null;
  return (
    <fieldset class="secret-fields">
      <legend>{words.secrets}</legend>
      <p class="hint">{words.secretsHint}</p>
      {asked.map(({ path, key }) => (
        <label key={path} class="field">
          <span>{labelOf(path)}</span>
          <input
            type="password"
            name={path}
            value={secrets[key] ?? ''}
            autocomplete="off"
            onInput={(event) => onType(key, event.currentTarget.value)}
          />
        </label>
      ))}
    </fieldset>
  );
}

/** Steps are counted from one, as they are everywhere on this page. */
function labelOf(path: string): string {
  const { flow: words } = text.value;
  const [list, index] = path.split('.');
  if (index === undefined) return words.secretAddress;
  if (list === 'inputs') return words.secretInput(index);
  return words.secretStep(Number(index) + 1, list === 'onCancel');
}
