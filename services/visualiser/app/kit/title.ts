import { useEffect } from 'preact/hooks';

/** The title of the document, while a view is there. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Ghostly`;
  }, [title]);
}
