/* The title and the icon of the document. Owns what calls for attention in both, while something does. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { withoutDirections } from './plain-text.ts';

const call = signal('');

/** The title of the document, while a view is there. */
export function useTitle(title: string): void {
  const now = call.value;
  useEffect(() => {
    document.title = `${now === '' ? '' : `${now} · `}${withoutDirections(title)} · Ghostly`;
  }, [title, now]);
}

/** The title begins with this, and the icon has a mark, until the result is called. */
export function callForAttention(text: string): () => void {
  call.value = text;
  const stop = markIcon();
  return () => {
    call.value = '';
    stop();
  };
}

/** The icon with a dot; a picture of its own, since a browser draws none over it. */
function markIcon(): () => void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const plain = icon?.getAttribute('href');
  if (icon) icon.href = `data:image/svg+xml,${encodeURIComponent(MARKED)}`;
  return () => {
    if (icon && plain) icon.setAttribute('href', plain);
  };
}

const MARKED =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#4f46e5" d="M16 3C9.9 3 6 7.6 6 13.6V28l4-3.2 3 3.2 3-3.2 3 3.2 3-3.2 4 3.2V13.6C26 7.6 22.1 3 16 3Z"/><circle cx="24" cy="8" r="7.5" fill="#dc2626" stroke="#fff"/></svg>';
