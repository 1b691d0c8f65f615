import { useEffect } from 'preact/hooks';
import { withoutDirections } from './plain-text.ts';

/** The title of the document, while a view is there. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${withoutDirections(title)} · Ghostly`;
  }, [title]);
}
