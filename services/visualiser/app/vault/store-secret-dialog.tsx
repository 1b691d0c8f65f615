import { useState } from 'preact/hooks';
import type { ApiError } from '#shared/api/client/index.ts';
import { SECRET_KINDS, type SecretKind } from '#shared/domain/flow/vault.ts';
import { FormDialog } from '../kit/form-dialog.tsx';
import { LinesField } from '../kit/inputs/lines-field.tsx';
import { NameField } from '../kit/inputs/name-field.tsx';
import { TextField } from '../kit/inputs/text-field.tsx';
import { type FieldIssues, useFieldSending } from '../session/field-sending.ts';
import { CodeField } from './code/code-field.tsx';
import { SecretField } from './secret-field.tsx';
import { bodyOf } from './secret-form.ts';
import { type ListedSecret, storeSecret } from './vault.ts';
import { vaultText } from './vault-text.ts';

/** What a new secret begins with. */
interface SecretDraft {
  name: string;
  /** Empty if it is not known. */
  value: string;
  origin: string;
}

export interface StoreSecretProps {
  project: string;
  words: { title: string; lead?: string };
  /** One that gets new values; undefined: a new one. */
  secret?: ListedSecret | undefined;
  draft?: SecretDraft;
  kinds?: readonly SecretKind[];
  /** It is stored; the form, and with it everything that was typed, is to go away. */
  onStored(secret: ListedSecret): void;
  onClose(): void;
}

/** Asks for all of a secret. What was typed is in the fields alone, and gone with them. */
export function StoreSecretDialog({ project, words: own, secret, draft, ...props }: StoreSecretProps) {
  const { form: words } = vaultText.value;
  const [kind, setKind] = useState<SecretKind>(secret?.kind ?? 'text');
  const { busy, problem, issues, send } = useFieldSending(FIELDS, issuesOfName);

  function submit(form: HTMLFormElement): void {
    const body = bodyOf(form, kind);
    const name = secret?.name ?? nameIn(form);
    void send(async () => {
      props.onStored(await storeSecret({ id: project, name }, body, { isNew: !secret }));
    });
  }
  return (
    <FormDialog
      {...own}
      form="secret-form"
      words={secret ? { ...words, ...words.replace } : words}
      {...{ busy, problem }}
      onSubmit={submit}
      onClose={props.onClose}
    >
      {!secret && <NameField words={words} name={draft?.name} issue={issues.name} />}
      {!secret && <Kinds kinds={props.kinds ?? SECRET_KINDS} chosen={kind} onChoose={setKind} />}
      <Values kind={kind} value={draft?.value} issues={issues} />
      <LinesField
        name="origins"
        label={words.origins}
        hint={words.originsHint}
        issue={issues.origins}
        class="code"
        required
        placeholder="https://"
        text={secret?.origins.join('\n') ?? draft?.origin ?? ''}
      />
      <TextField name="note" label={words.note} issue={issues.note} defaultValue={secret?.note ?? ''} />
    </FormDialog>
  );
}

const FIELDS = ['name', 'value', 'username', 'password', 'uri', 'origins', 'note'];

const issuesOfName = ({ status }: ApiError): FieldIssues | undefined =>
  status === 412 ? { name: vaultText.peek().form.taken } : undefined;

const nameIn = (form: HTMLFormElement): string =>
  (form.elements.namedItem('name') as HTMLInputElement).value.trim();

interface KindsProps {
  kinds: readonly SecretKind[];
  chosen: SecretKind;
  onChoose(kind: SecretKind): void;
}

function Kinds({ kinds, chosen, onChoose }: KindsProps) {
  const { form: words, kinds: names, kindLeads } = vaultText.value;
  return (
    <fieldset class="modes">
      <legend>{words.kind}</legend>
      {kinds.map((kind) => (
        <label key={kind} class="mode">
          <input type="radio" name="kind" checked={kind === chosen} onChange={() => onChoose(kind)} />
          <span>
            <strong>{names[kind]}</strong>
            <span class="hint">{kindLeads[kind]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Values({
  kind,
  value,
  issues,
}: {
  kind: SecretKind;
  value: string | undefined;
  issues: FieldIssues;
}) {
  const { form: words } = vaultText.value;
  switch (kind) {
    case 'text':
      return (
        <SecretField
          key={kind}
          name="value"
          label={words.value}
          issue={issues.value}
          value={value}
          hasLines
        />
      );
    case 'totp':
      return <CodeField issue={issues.uri} />;
    case 'login':
      return (
        <>
          <TextField name="username" label={words.username} issue={issues.username} required />
          <SecretField
            key={kind}
            name="password"
            label={words.password}
            issue={issues.password}
            value={value}
          />
        </>
      );
  }
}
