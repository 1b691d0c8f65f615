/* The caret of a field: where it is in the window, and text that is written there. */

/** Where the caret is, px of the window. `lines` mirrors the text of the field, with an element for each line. */
export function caretBox(field: HTMLTextAreaElement, lines: HTMLElement): DOMRect | undefined {
  const before = field.value.slice(0, field.selectionStart).split('\n');
  const line = lines.querySelectorAll('.editor-ghost')[before.length - 1];
  if (!line) return undefined;
  const written = line.firstChild;
  const column = before.at(-1)!.length;
  if (!(written instanceof Text) || written.length < column) return line.getBoundingClientRect();
  const range = document.createRange();
  range.setStart(written, column);
  range.collapse(true);
  return range.getBoundingClientRect();
}

/** Writes over a part of a field as if it was typed, so that it can be undone. */
export function typeOver(
  field: HTMLTextAreaElement,
  { from, to, text, caret }: { from: number; to: number; text: string; caret: number },
): void {
  field.setSelectionRange(from, to);
  if (!document.execCommand('insertText', false, text)) {
    field.setRangeText(text, from, to, 'end');
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  field.setSelectionRange(from + caret, from + caret);
}
