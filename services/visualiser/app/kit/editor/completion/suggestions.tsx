import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { newRunWords } from '../../../new-run/words.ts';
import { caretBox } from './caret.ts';
import { type Completing, type FoundCompletions, startCompleting } from './completing.ts';
import type { WrittenAs } from './schema-source.ts';

export interface SuggestionsProps {
  field: RefObject<HTMLTextAreaElement | null>;
  /** Mirrors the text of the field. */
  lines: RefObject<HTMLElement | null>;
  written: WrittenAs;
  templates(): Promise<readonly string[]>;
}

/** What can be written at the caret, in a list below it. The field keeps the focus, and says which is chosen. */
export function Suggestions({ field, lines, written, templates }: SuggestionsProps) {
  const [completing, setCompleting] = useState<Completing | undefined>(undefined);
  const newest = useRef(templates);
  newest.current = templates;
  useLayoutEffect(() => {
    const started = startCompleting(field.current!, { written, templates: () => newest.current() });
    setCompleting(started);
    return () => started.close();
  }, [written]);
  const found = completing?.found.value;
  const box = useRef<HTMLDivElement>(null);
  const id = `${field.current?.id ?? 'editor'}-suggestions`;
  useLayoutEffect(() => {
    if (field.current) describe(field.current, id, found);
    if (box.current && field.current && lines.current)
      place(box.current, field.current, lines.current, found);
  }, [found]);
  const chosen = found?.items[found.chosen];
  return (
    <>
      <div class="suggestions" popover="manual" ref={box}>
        <div class="suggestion-list" id={id} role="listbox" aria-label={newRunWords.value.suggestions}>
          {found?.items.map((item, n) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus
            <div
              key={item.label}
              id={`${id}-${n}`}
              role="option"
              aria-selected={n === found.chosen}
              onPointerDown={(event) => event.preventDefault()}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => completing?.choose(item)}
            >
              <code>{item.label}</code>
            </div>
          ))}
        </div>
        {chosen?.about !== undefined && (
          <p class="hint" lang="en">
            {chosen.about}
          </p>
        )}
      </div>
      <span class="sr" role="status">
        {found ? newRunWords.value.suggested(found.items.length) : ''}
      </span>
    </>
  );
}

function describe(field: HTMLTextAreaElement, id: string, found: FoundCompletions | undefined): void {
  field.setAttribute('aria-autocomplete', 'list');
  field.setAttribute('aria-controls', id);
  if (found) field.setAttribute('aria-activedescendant', `${id}-${found.chosen}`);
  else field.removeAttribute('aria-activedescendant');
}

const GAP = 4;

/** Below the caret, or above it where there is more room. */
function place(
  box: HTMLElement,
  field: HTMLTextAreaElement,
  lines: HTMLElement,
  found: FoundCompletions | undefined,
): void {
  if (!found) {
    box.hidePopover();
    return;
  }
  box.showPopover();
  box.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  const caret = caretBox(field, lines);
  if (!caret) return;
  const { width, height } = box.getBoundingClientRect();
  const isBelow = caret.bottom + GAP + height <= innerHeight || caret.top < innerHeight / 2;
  box.style.left = `${Math.max(GAP, Math.min(caret.left, innerWidth - width - GAP))}px`;
  box.style.top = `${isBelow ? caret.bottom + GAP : caret.top - GAP - height}px`;
}
