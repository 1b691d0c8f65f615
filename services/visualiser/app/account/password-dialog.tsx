import { useRef, useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import { PASSWORD_LENGTH } from '#shared/api/limits.ts';
import { Dialog, DialogActions, DialogHead } from '../kit/dialog.tsx';
import { Icon } from '../kit/icon.tsx';
import { FormProblem } from '../kit/problem.tsx';
import { useSending } from '../session/sending.ts';
import { session } from '../session/session.ts';
import { text } from '../text/text.ts';
import { changeOwnPassword } from './account.ts';
import { accountWords } from './words.ts';

/** Asks for the old password and the new one. What is typed stays in the fields until it is sent. */
export function PasswordDialog({ onClose }: { onClose(): void }) {
  const words = accountWords.value.password;
  const [isDone, setDone] = useState(false);
  return (
    <Dialog labelledBy="password-title" onClose={onClose}>
      <DialogHead id="password-title" title={words.title} onClose={onClose} />
      {isDone ? <Done /> : <PasswordForm onDone={() => setDone(true)} onClose={onClose} />}
    </Dialog>
  );
}

function PasswordForm({ onDone, onClose }: { onDone(): void; onClose(): void }) {
  const words = accountWords.value.password;
  const form = useRef<HTMLFormElement>(null);
  /** The field that has to be typed again. */
  const point = (name: string) => form.current?.querySelector<HTMLInputElement>(`[name=${name}]`)?.select();
  const { busy, problem, setProblem, send } = useSending((error) => {
    point(isLength(error) ? 'fresh' : 'current');
    return problemOf(error);
  });

  function submit(event: Event): void {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const [current, fresh, again] = ['current', 'fresh', 'again'].map((name) => String(data.get(name)));
    if (fresh !== again) {
      setProblem(words.differ);
      point('again');
    } else void send(() => changeOwnPassword(current!, fresh!).then(onDone));
  }
  return (
    <form ref={form} onSubmit={submit}>
      <p class="soft">{words.lead}</p>
      <PasswordFields />
      <FormProblem id="password-problem" text={problem} />
      <DialogActions words={words} busy={busy} tone="primary" onKeep={onClose} />
    </form>
  );
}

function PasswordFields() {
  const words = accountWords.value.password;
  const { min, max } = PASSWORD_LENGTH;
  return (
    <>
      {/* For who keeps passwords: whose they are. */}
      <input
        type="text"
        name="username"
        autocomplete="username"
        value={session.value?.email}
        hidden
        readOnly
      />
      <Field name="current" label={words.current} autocomplete="current-password" />
      <Field
        name="fresh"
        label={words.fresh}
        autocomplete="new-password"
        minLength={min}
        hint={words.freshHint(min, max)}
      />
      <Field name="again" label={words.again} autocomplete="new-password" />
    </>
  );
}

interface FieldProps {
  name: string;
  label: string;
  autocomplete: 'current-password' | 'new-password';
  minLength?: number;
  hint?: string;
}

function Field({ name, label, autocomplete, minLength, hint }: FieldProps) {
  const hintId = `password-${name}-hint`;
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="password"
        name={name}
        autocomplete={autocomplete}
        required
        autofocus={name === 'current'}
        minLength={minLength}
        aria-describedby={hint === undefined ? 'password-problem' : `${hintId} password-problem`}
      />
      {hint !== undefined && (
        <span class="hint" id={hintId}>
          {hint}
        </span>
      )}
    </label>
  );
}

function Done() {
  return (
    <form method="dialog">
      <p class="fine" role="status">
        <Icon name="check" />
        {accountWords.value.password.done}
      </p>
      <div class="dialog-actions">
        <button type="submit" class="button primary" ref={(button) => button?.focus()}>
          {text.value.app.close}
        </button>
      </div>
    </form>
  );
}

/** Only the new password can be refused for its length: the dialog checks the other fields. */
const isLength = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 400 && error.body.details !== undefined;

function problemOf(error: unknown): string {
  const { app, signIn } = text.value;
  const words = accountWords.value.password;
  if (isLength(error)) return words.freshHint(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max);
  if (!(error instanceof ApiError)) return app.lost;
  if (error.status === 400) return words.wrong;
  if (error.status === 429) return signIn.tooMany(error.retryAfterS ?? 60);
  return error.body.error;
}
