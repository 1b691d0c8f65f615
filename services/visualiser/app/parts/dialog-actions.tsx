import { Icon, type IconName } from './icon.tsx';

export interface DialogActionsProps {
  words: { keep: string; submit: string; busy: string };
  busy: boolean;
  tone?: 'primary' | 'danger';
  icon?: IconName;
  /** To leave everything as it is has the focus first. */
  isKeepFirst?: boolean;
  onKeep(): void;
}

/** The two ways out of a dialog that asks for something. */
export function DialogActions({ words, busy, tone, icon, isKeepFirst = false, onKeep }: DialogActionsProps) {
  return (
    <div class="dialog-actions">
      <button type="button" class="button" autofocus={isKeepFirst} onClick={onKeep}>
        {words.keep}
      </button>
      <button type="submit" class={tone ? `button ${tone}` : 'button'} disabled={busy}>
        {icon && <Icon name={icon} />}
        {busy ? words.busy : words.submit}
      </button>
    </div>
  );
}
