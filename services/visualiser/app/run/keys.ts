import { useKeys } from '../runs/keys.ts';
import { route } from '../session/location.ts';
import type { Looked } from './looked.ts';

/** The buttons that a key presses name it as their own, so that screen readers tell it, too. */
const press = (key: string) => () =>
  document.querySelector<HTMLElement>(`.run [aria-keyshortcuts="${key}"]:not(:disabled)`)?.click();

/** What single keys do on the page of a run: they press its buttons, and go from step to step. */
export function useRunKeys({ newest, onMove }: Looked, onEnlarge: () => void): void {
  const ends = () => newest.steps.map(({ began, ended }) => (ended ?? began).seq);
  // Keys may come faster than what they lead to is drawn.
  const seqNow = () => {
    const current = route.peek();
    return (current.view === 'run' ? current.seq : undefined) ?? Number.POSITIVE_INFINITY;
  };
  useKeys({
    s: press('s'),
    r: press('r'),
    e: press('e'),
    '?': press('?'),
    f: onEnlarge,
    '[': () => onMove(ends().findLast((seq) => seq < seqNow()) ?? 0),
    ']': () => onMove(ends().find((seq) => seq > seqNow())),
  });
}
