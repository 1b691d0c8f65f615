/*
 * Keys that work without the focus of a field or a button, but not while a user types, nor under a dialog. Users of speech
 * input, or who touch keys by mistake, can turn them off.
 */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { usesKeys } from '../session/preferences.ts';

/** What a key does, by what it writes. */
export type Keys = Readonly<Record<string, () => void>>;

const TYPED_INTO = 'input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]';

/** The keys work as long as the component is there, from the moment that it is seen. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      if (!act || !usesKeys.peek() || !isForPage(event)) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function isForPage(event: KeyboardEvent): boolean {
  const { target, defaultPrevented, isComposing, ctrlKey, metaKey, altKey } = event;
  if (defaultPrevented || isComposing || ctrlKey || metaKey || altKey) return false;
  if (target instanceof Element && target.closest(TYPED_INTO)) return false;
  return document.querySelector('dialog[open]') === null;
}
