import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

export interface IconButtonProps {
  /** What it does, which its icon does not say to everybody. */
  label: string;
  /** The sign of the key that does the same. */
  sign?: string | undefined;
  /** The key that presses it. */
  shortcut?: string;
  /** Further classes. */
  kind?: string;
  disabled?: boolean;
  isPressed?: boolean;
  icon?: IconName;
  onClick(): void;
  /** Content in place of the icon. */
  children?: ComponentChildren;
}

/** A button without words of its own. */
export function IconButton(props: IconButtonProps) {
  const { label, sign, shortcut, kind, disabled, isPressed, icon, onClick, children } = props;
  return (
    <button
      type="button"
      class={kind ? `icon-button ${kind}` : 'icon-button'}
      aria-label={label}
      aria-pressed={isPressed}
      aria-keyshortcuts={shortcut}
      title={sign ? `${label} (${sign})` : label}
      disabled={disabled}
      onClick={onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
