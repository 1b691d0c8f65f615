import { text } from '../text/text.ts';
import { Icon } from './icon.tsx';

/** The title of a dialog that only shows something, and a button that closes it. */
export function DialogHead({ id, title, onClose }: { id: string; title: string; onClose(): void }) {
  const { close } = text.value.app;
  return (
    <header class="dialog-head">
      <h2 id={id}>{title}</h2>
      <button type="button" class="icon-button" title={close} aria-label={close} onClick={onClose}>
        <Icon name="cross" />
      </button>
    </header>
  );
}
