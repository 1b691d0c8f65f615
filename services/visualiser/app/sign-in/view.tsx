import type { RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import { Menu } from '../frame/menu.tsx';
import { OutageNotice } from '../frame/outage-notice.tsx';
import { Icon, Logo } from '../kit/icon.tsx';
import { IconButton } from '../kit/icon-button.tsx';
import { FormProblem } from '../kit/problem.tsx';
import { useTitle } from '../kit/title.ts';
import { expired, signIn } from '../session/session.ts';
import { text } from '../text/text.ts';

export function SignInView() {
  const { signIn: words } = text.value;
  useTitle(words.submit);
  return (
    <div class="sign-in">
      <div class="sign-in-menu">
        <Menu />
      </div>
      <main class="sign-in-card">
        <Logo size={48} />
        <h1>{words.title}</h1>
        <p class="lead">{words.lead}</p>
        {expired.value && (
          <p class="note" role="status">
            <Icon name="clock" />
            {words.expired}
          </p>
        )}
        <SignInForm />
        <p class="hint">{words.hint}</p>
      </main>
      <OutageNotice />
    </div>
  );
}

function SignInForm() {
  const { signIn: words } = text.value;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(undefined);
  const password = useRef<HTMLInputElement>(null);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(String(data.get('email')), String(data.get('password')));
    } catch (error) {
      setProblem(error);
      setBusy(false);
      password.current?.select();
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label class="field">
        <span>{words.email}</span>
        <input name="email" type="email" autocomplete="username" required autofocus />
      </label>
      <PasswordField input={password} />
      <FormProblem id="sign-in-problem" text={problem === undefined ? '' : problemOf(problem)} />
      <button type="submit" class="button primary wide" disabled={busy}>
        {busy ? words.busy : words.submit}
      </button>
    </form>
  );
}

/** What is typed is shown while its eye is pressed. */
function PasswordField({ input }: { input: RefObject<HTMLInputElement | null> }) {
  const { signIn: words } = text.value;
  const [isShown, setShown] = useState(false);
  return (
    <label class="field">
      <span>{words.password}</span>
      <span class="with-button">
        <input
          ref={input}
          name="password"
          {...(isShown ? { type: 'text' } : { type: 'password' })}
          autocomplete="current-password"
          required
          aria-describedby="sign-in-problem"
        />
        <IconButton icon="eye" label={words.show} isPressed={isShown} onClick={() => setShown(!isShown)} />
      </span>
    </label>
  );
}

function problemOf(error: unknown): string {
  const { signIn: words, app } = text.value;
  if (!(error instanceof ApiError)) return app.lost;
  if (error.status === 401 || error.status === 400) return words.wrong;
  return error.status === 429 ? words.tooMany(error.retryAfterS ?? 60) : error.body.error;
}
