import { text } from '../text/text.ts';

/** What is cut short to three lines where there is little room. */
export const isLong = (text: string): boolean => text.length > 110 || text.split('\n').length > 3;

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
