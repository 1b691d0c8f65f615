import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { text } from '../text/text.ts';
import { asItWas } from './as-it-was.tsx';
import { Icon, type IconName } from './icon.tsx';
import { IconButton } from './icon-button.tsx';

export interface DialogProps {
  labelledBy: string;
  /** The dialog is as wide as the window allows. */
  isWide?: boolean;
  onClose(): void;
  children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus in it, closes it on Escape, and gives the focus back. */
export function Dialog({ labelledBy, isWide = false, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const onClick = (event: MouseEvent) => event.target === dialog.current && onClose();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it closes it, as Escape does
    <dialog
      ref={dialog}
      class={isWide ? 'dialog is-wide' : 'dialog'}
      aria-labelledby={labelledBy}
      onClose={onClose}
      onClick={onClick}
    >
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}

/** The title of a dialog that only shows something, and a button that closes it. */
export function DialogHead({ id, title, onClose }: { id: string; title: string; onClose(): void }) {
  const { close } = text.value.app;
  return (
    <header class="dialog-head">
      <h2 id={id}>{title}</h2>
      <IconButton icon="cross" label={close} onClick={onClose} />
    </header>
  );
}

interface DialogActionsProps {
  words: { keep: string; submit: string; busy: string };
  busy: boolean;
  tone?: 'primary' | 'danger';
  icon?: IconName;
  /** To leave everything as it is has the focus first. */
  isKeepFirst?: boolean;
  onKeep(): void;
}

/** The two ways out of a dialog that asks for something; in an outage it cannot be sent. */
export function DialogActions({ words, busy, tone, icon, isKeepFirst = false, onKeep }: DialogActionsProps) {
  const old = asItWas();
  return (
    <>
      <p class="not-now" role="status">
        {old !== undefined && `${text.value.app.notNow} ${old}.`}
      </p>
      <div class="dialog-actions">
        <button type="button" class="button" autofocus={isKeepFirst} onClick={onKeep}>
          {words.keep}
        </button>
        <button type="submit" class={tone ? `button ${tone}` : 'button'} disabled={busy || old !== undefined}>
          {icon && <Icon name={icon} />}
          {busy ? words.busy : words.submit}
        </button>
      </div>
    </>
  );
}
