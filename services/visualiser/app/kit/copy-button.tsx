import { useState } from 'preact/hooks';
import { text } from '../text/text.ts';
import { Icon, type IconName } from './icon.tsx';
import { IconButton } from './icon-button.tsx';

const SHOWN_MS = 1_500;

export function CopyButton({
  value,
  label,
  icon = 'copy',
}: {
  value(): string;
  label: string;
  icon?: IconName;
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
    <IconButton label={label} onClick={() => void copy()}>
      <Icon name={copied ? 'check' : icon} size={14} />
      <span class="sr" role="status">
        {copied ? text.value.app.copied : ''}
      </span>
    </IconButton>
  );
}
