import { useState } from 'preact/hooks';
import { isLong } from '../model/long-text.ts';
import { MoreButton } from './more-button.tsx';

/** A text that may be long, cut short until more of it is wanted. `about` tells what it is. */
export function LongText({ text, about }: { text: string; about: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <span class={isOpen ? 'long is-open' : 'long'}>
      <span class="clip clamp">{text}</span>
      {isLong(text) && <MoreButton isOpen={isOpen} about={about} onToggle={setOpen} />}
    </span>
  );
}
