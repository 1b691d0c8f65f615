import { useState } from 'preact/hooks';
import { isLong, MoreButton } from '../long-text.tsx';
import { shownText } from './result-table.ts';
import { resultsWords } from './words.ts';

/** A cut text needs no more of it in the page. */
const CUT = 500;

/** A value that strangers wrote: a text and never HTML, in its own direction, cut until more of it is wanted. */
export function ResultText({ value, about }: { value: unknown; about: string }) {
  const [isOpen, setOpen] = useState(false);
  const shown = shownText(value);
  if (shown === '') return <span class="soft">{value === undefined ? '' : resultsWords.value.empty}</span>;
  const isCut = isLong(shown);
  const isScrolled = isOpen && isCut;
  return (
    <span class={isScrolled ? 'result-text is-open' : 'result-text'}>
      <bdi
        class={typeof value === 'object' ? 'clip clamp is-json' : 'clip clamp'}
        // What is scrolled has to be reached by the keyboard.
        {...(isScrolled && { role: 'group', tabIndex: 0, 'aria-label': about })}
      >
        {isOpen || shown.length <= CUT ? shown : `${shown.slice(0, CUT)}…`}
      </bdi>
      {isCut && <MoreButton isOpen={isOpen} about={about} onToggle={setOpen} />}
    </span>
  );
}
