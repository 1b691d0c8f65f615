import type { TargetedSubmitEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { ApiError } from '#shared/api/client/index.ts';
import { SECRET_KINDS, type SecretKind } from '#shared/domain/flow/vault.ts';
import { Dialog, DialogActions } from '../kit/dialog.tsx';
import { Labelled, ofField } from '../kit/inputs/labelled.tsx';
import { FormProblem } from '../kit/problem.tsx';
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

  function submit(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const body = bodyOf(event.currentTarget, kind);
    const name = secret?.name ?? nameIn(event.currentTarget);
    void send(async () => {
      props.onStored(await storeSecret({ id: project, name }, body, { isNew: !secret }));
    });
  }
  return (
    <Dialog labelledBy="secret-title" onClose={props.onClose}>
      <form class="secret-form" autocomplete="off" onSubmit={submit}>
        <h2 id="secret-title">{own.title}</h2>
        {own.lead !== undefined && <p class="clip">{own.lead}</p>}
        {!secret && <NameField name={draft?.name} issue={issues.name} />}
        {!secret && <Kinds kinds={props.kinds ?? SECRET_KINDS} chosen={kind} onChoose={setKind} />}
        <Values kind={kind} value={draft?.value} issues={issues} />
        <Origins origins={secret?.origins ?? [draft?.origin ?? '']} issue={issues.origins} />
        <Note note={secret?.note ?? ''} issue={issues.note} />
        <FormProblem text={problem} />
        <DialogActions
          words={secret ? { ...words, ...words.replace } : words}
          busy={busy}
          tone="primary"
          onKeep={props.onClose}
        />
      </form>
    </Dialog>
  );
}

const FIELDS = ['name', 'value', 'username', 'password', 'uri', 'origins', 'note'];

const issuesOfName = ({ status }: ApiError): FieldIssues | undefined =>
  status === 412 ? { name: vaultText.peek().form.taken } : undefined;

const nameIn = (form: HTMLFormElement): string =>
  (form.elements.namedItem('name') as HTMLInputElement).value.trim();

function NameField({ name, issue }: { name: string | undefined; issue: string | undefined }) {
  const { form: words } = vaultText.value;
  const id = useId();
  return (
    <Labelled id={id} label={words.name} hint={words.nameHint} issue={issue}>
      <input
        {...ofField(id, 'name', issue)}
        type="text"
        class="code"
        required
        autofocus
        maxLength={64}
        pattern="[A-Za-z_][A-Za-z0-9_\-]*"
        defaultValue={name ?? ''}
      />
    </Labelled>
  );
}

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
  const id = useId();
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
          <Labelled id={id} label={words.username} issue={issues.username}>
            <input {...ofField(id, 'username', issues.username)} type="text" required />
          </Labelled>
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

function Origins({ origins, issue }: { origins: readonly string[]; issue: string | undefined }) {
  const { form: words } = vaultText.value;
  const id = useId();
  return (
    <Labelled id={id} label={words.origins} hint={words.originsHint} issue={issue}>
      <textarea
        {...ofField(id, 'origins', issue)}
        class="code"
        rows={Math.max(2, origins.length)}
        required
        placeholder="https://"
        defaultValue={origins.join('\n')}
      />
    </Labelled>
  );
}

function Note({ note, issue }: { note: string; issue: string | undefined }) {
  const { form: words } = vaultText.value;
  const id = useId();
  return (
    <Labelled id={id} label={words.note} issue={issue}>
      <input {...ofField(id, 'note', issue)} type="text" defaultValue={note} />
    </Labelled>
  );
}
