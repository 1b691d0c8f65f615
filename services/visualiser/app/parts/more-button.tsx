import { text } from '../text/text.ts';

/** Shows what was cut short, and hides it again. `about` tells it from others like it. */
export function MoreButton(props: { isOpen: boolean; about: string; onToggle(isOpen: boolean): void }) {
  const { isOpen, about, onToggle } = props;
  const { run } = text.value;
  const word = isOpen ? run.less : run.more;
  return (
    <button
      type="button"
      class="more"
      aria-expanded={isOpen}
      aria-label={`${word}: ${about}`}
      onClick={() => onToggle(!isOpen)}
    >
      {word}
    </button>
  );
}
