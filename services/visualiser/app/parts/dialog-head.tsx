import { text } from '../text/text.ts';
import { IconButton } from './icon-button.tsx';

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
