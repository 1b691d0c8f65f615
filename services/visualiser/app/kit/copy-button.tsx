import { useState } from 'preact/hooks';
import { text } from '../text/text.ts';
import { Icon, type IconName } from './icon.tsx';
import { IconButton } from './icon-button.tsx';

const SHOWN_MS = 1_500;

export function CopyButton({
  value,
  label,
  icon = 'copy',
  word,
}: {
  value(): string;
  label: string;
  icon?: IconName;
  /** Stands beside the icon where there is room. */
  word?: string;
}) {
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(value());
    } catch {
      return; // over plain HTTP from another machine there is no clipboard
    }
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  }
  return (
    <IconButton label={label} {...(word && { kind: 'has-word' })} onClick={() => void copy()}>
      <Icon name={copied ? 'check' : icon} size={14} />
      {word && <span class="icon-word">{copied ? text.value.app.copied : word}</span>}
      <span class="sr" role="status">
        {copied ? text.value.app.copied : ''}
      </span>
    </IconButton>
  );
}
