import { useEffect, useRef, useState } from 'preact/hooks';
import { AccountLinks, type AccountMatter } from '../account/account.tsx';
import { Icon } from '../kit/icon.tsx';
import { onDemand } from '../kit/on-demand.tsx';
import { FormProblem } from '../kit/problem.tsx';
import {
  chooseLanguage,
  chooseTheme,
  LANGUAGES,
  type Language,
  language,
  THEMES,
  theme,
} from '../session/preferences.ts';
import { useSending } from '../session/sending.ts';
import { session, signOut } from '../session/session.ts';
import { text } from '../text/text.ts';
import { NoticeChoice } from '../waiting/notice-choice.tsx';

const AccountDialog = onDemand(async () => (await import('../account/account-dialog.tsx')).AccountDialog);

/** Pages of a project that have no place in the bar above. */
const PAGES = ['vault', 'profiles', 'schedules', 'batches', 'webhooks'] as const;

const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', es: 'Español' };

/** Account and settings behind one button; the browser closes them on Escape and by a click elsewhere. */
export function Menu() {
  const [isOpen, setOpen] = useState(false);
  const [matter, setMatter] = useState<AccountMatter>();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const close = () => panel.current?.hidePopover();
    addEventListener('hashchange', close);
    return () => removeEventListener('hashchange', close);
  }, []);
  // The link that opened it is gone; a dialog keeps the focus until it is.
  useEffect(() => (matter ? () => button.current?.focus() : undefined), [matter]);
  const { app } = text.value;
  const user = session.value;
  const choose = (chosen: AccountMatter) => {
    panel.current?.hidePopover();
    setMatter(chosen);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="menu-button"
        aria-expanded={isOpen}
        aria-label={user ? `${app.menu}: ${user.email}` : app.menu}
        popovertarget="menu"
      >
        {user ? <span class="avatar">{user.email.slice(0, 1).toUpperCase()}</span> : <Icon name="gear" />}
      </button>
      <div
        ref={panel}
        class="menu-panel"
        id="menu"
        popover="auto"
        onToggle={({ newState }) => setOpen(newState === 'open')}
      >
        {isOpen && <MenuPanel onChoose={choose} />}
      </div>
      {matter && <AccountDialog matter={matter} onClose={() => setMatter(undefined)} />}
    </>
  );
}

function MenuPanel({ onChoose }: { onChoose(matter: AccountMatter): void }) {
  const { app } = text.value;
  const user = session.value;
  const { busy, problem, send } = useSending(() => app.notSignedOut);
  return (
    <>
      {user && (
        <p class="menu-user">
          {user.email}
          <span>{user.role}</span>
        </p>
      )}
      <Choices
        label={app.theme}
        values={THEMES}
        chosen={theme.value}
        nameOf={(value) => app.themes[value]}
        onChoose={chooseTheme}
      />
      <Choices
        label={app.language}
        values={LANGUAGES}
        chosen={language.value}
        nameOf={(value) => LANGUAGE_NAMES[value]}
        onChoose={chooseLanguage}
      />
      {user && (
        <>
          {PAGES.map((view) => (
            <a key={view} class="menu-link" href={`#/${view}`}>
              {app[view]}
            </a>
          ))}
          <NoticeChoice />
        </>
      )}
      <a class="menu-link" href="/docs">
        {app.api}
      </a>
      {user && <AccountLinks onChoose={onChoose} />}
      {user && (
        <button type="button" class="menu-link" disabled={busy} onClick={() => void send(signOut)}>
          {app.signOut}
        </button>
      )}
      <FormProblem text={problem} />
    </>
  );
}

interface ChoicesProps<T extends string> {
  label: string;
  values: readonly T[];
  chosen: T;
  nameOf(value: T): string;
  onChoose(value: T): void;
}

function Choices<T extends string>({ label, values, chosen, nameOf, onChoose }: ChoicesProps<T>) {
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      {values.map((value) => (
        <label key={value}>
          <input type="radio" name={label} checked={value === chosen} onChange={() => onChoose(value)} />
          <span>{nameOf(value)}</span>
        </label>
      ))}
    </fieldset>
  );
}
