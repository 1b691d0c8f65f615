import { useRef, useState } from 'preact/hooks';
import { ApiError } from '#shared/client/index.ts';
import { PASSWORD_LENGTH } from '#shared/contract/accounts.ts';
import { changePassword } from '../state/account.ts';
import { endsSession, session } from '../state/session.ts';
import { text } from '../text/text.ts';
import { Dialog } from './dialog.tsx';
import { DialogHead } from './dialog-head.tsx';
import { Icon } from './icon.tsx';

/** Asks for the old password and the new one. What is typed stays in the fields until it is sent. */
export function PasswordDialog({ onClose }: { onClose(): void }) {
  const words = text.value.account.password;
  const [isDone, setDone] = useState(false);
  return (
    <Dialog labelledBy="password-title" onClose={onClose}>
      <DialogHead id="password-title" title={words.title} onClose={onClose} />
      {isDone ? <Done /> : <PasswordForm onDone={() => setDone(true)} onClose={onClose} />}
    </Dialog>
  );
}

function PasswordForm({ onDone, onClose }: { onDone(): void; onClose(): void }) {
  const words = text.value.account.password;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const form = useRef<HTMLFormElement>(null);
  /** The field that has to be typed again. */
  const point = (name: string) => form.current?.querySelector<HTMLInputElement>(`[name=${name}]`)?.select();

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const [current, fresh, again] = ['current', 'fresh', 'again'].map((name) => String(data.get(name)));
    if (fresh !== again) {
      setProblem(words.differ);
      return point('again');
    }
    setBusy(true);
    setProblem('');
    try {
      await changePassword(current!, fresh!);
      onDone();
    } catch (error) {
      setBusy(false);
      if (endsSession(error)) return;
      setProblem(problemOf(error));
      point(isLength(error) ? 'fresh' : 'current');
    }
  }
  return (
    <form ref={form} onSubmit={(event) => void submit(event)}>
      <p class="soft">{words.lead}</p>
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
        minLength={PASSWORD_LENGTH.min}
        hint={words.freshHint(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max)}
      />
      <Field name="again" label={words.again} autocomplete="new-password" />
      <p class="problem" id="password-problem" role="alert">
        {problem !== '' && (
          <>
            <Icon name="warning" />
            {problem}
          </>
        )}
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {words.keep}
        </button>
        <button type="submit" class="button primary" disabled={busy}>
          {busy ? words.busy : words.submit}
        </button>
      </div>
    </form>
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
  const { app, account } = text.value;
  return (
    <form method="dialog">
      <p class="fine" role="status">
        <Icon name="check" />
        {account.password.done}
      </p>
      <div class="dialog-actions">
        <button type="submit" class="button primary" ref={(button) => button?.focus()}>
          {app.close}
        </button>
      </div>
    </form>
  );
}

/** Of the fields that can be sent only the new one can have a length that is refused. */
const isLength = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 400 && error.body.details !== undefined;

function problemOf(error: unknown): string {
  const { app, account, signIn } = text.value;
  if (isLength(error)) return account.password.freshHint(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max);
  if (!(error instanceof ApiError)) return app.lost;
  if (error.status === 400) return account.password.wrong;
  if (error.status === 429) return signIn.tooMany(error.retryAfterS ?? 60);
  return error.body.error;
}
