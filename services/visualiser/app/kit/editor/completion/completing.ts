/*
 * What can be written at the caret of a field, while it is looked for. Owns what is found and which of it is chosen; listens
 * to the keys of the field, which keeps the focus.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import { typeOver } from './caret.ts';
import { choicesOf, type Offered } from './choices.ts';
import type { Completion, Completions } from './completions.ts';

export interface FoundCompletions extends Completions {
  chosen: number;
}

export interface Completing {
  found: ReadonlySignal<FoundCompletions | undefined>;
  choose(completion: Completion): void;
  close(): void;
}

/** What is typed of a name. */
const IS_TYPED = /^["\w${.]$/;
const MOVES: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
/** Keys by which the user goes on elsewhere. */
const LEAVES = ['Tab', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'];

export function startCompleting(field: HTMLTextAreaElement, offered: Offered): Completing {
  const found = signal<FoundCompletions | undefined>(undefined);
  const leaving = new AbortController();
  const { signal: left } = leaving;
  const choices = choicesOf(field, offered);

  async function look(): Promise<void> {
    const next = await choices.find();
    if (left.aborted || document.activeElement !== field) return;
    found.value = next && { ...next, chosen: 0 };
  }
  function hide(): void {
    found.value = undefined;
    choices.forget();
  }
  function choose({ text, caret }: Completion): void {
    const current = found.peek();
    if (!current) return;
    hide();
    typeOver(field, { from: current.from, to: current.to, text, caret });
    void look();
  }
  function onInput(event: Event): void {
    const { data, inputType } = event as InputEvent;
    const isShorter = found.peek() !== undefined && inputType === 'deleteContentBackward';
    if (isShorter || IS_TYPED.test(data ?? '')) void look();
    else hide();
  }
  /** Whether the key was for the list. */
  function take({ key, ctrlKey }: KeyboardEvent): boolean {
    const current = found.peek();
    if (!current) return ctrlKey && key === ' ' && look() !== undefined;
    const move = MOVES[key];
    if (move !== undefined) found.value = moved(current, move);
    else if (key === 'Enter') choose(current.items[current.chosen]!);
    else if (key === 'Escape' || LEAVES.includes(key)) hide();
    return move !== undefined || key === 'Enter' || key === 'Escape';
  }
  function onKey(event: KeyboardEvent): void {
    if (event.isComposing || !take(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }
  field.addEventListener('input', onInput, { signal: left });
  field.addEventListener('keydown', onKey, { signal: left });
  for (const name of ['blur', 'scroll', 'pointerdown']) field.addEventListener(name, hide, { signal: left });
  return { found, choose, close: () => leaving.abort() };
}

const moved = ({ items, chosen, ...range }: FoundCompletions, by: number): FoundCompletions => ({
  ...range,
  items,
  chosen: (chosen + by + items.length) % items.length,
});
