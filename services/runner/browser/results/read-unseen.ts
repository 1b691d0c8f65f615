import type { Read } from './read-elements.ts';

interface UnseenRequest {
  as: string;
  attribute: string | undefined;
  /** Units of text that are read at most. */
  most: number;
  /** The name of the symbol of a document whose fields are not read, and what stands for their values. */
  mark: string;
  redacted: string;
}

/** What is used of the page's own types; this process has none of them. */
interface PageElement {
  textContent: string | null;
  innerHTML: string;
  value?: unknown;
  matches(selector: string): boolean;
  getAttribute(name: string): string | null;
  getAttributeNames(): string[];
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<PageElement>;
}
declare const document: Record<symbol, unknown> & {
  implementation: {
    createHTMLDocument(title: string): { importNode(element: PageElement, isDeep: boolean): PageElement };
  };
};

/**
 * The value, an attribute, the HTML or the plain text of the first element. Runs in the page: it is all that it needs. In a
 * marked document the HTML is that of a copy without values, in another document, where no script or image of it begins.
 */
export function readUnseen(
  [element]: PageElement[],
  { as, attribute = '', most, mark, redacted }: UnseenRequest,
): Read {
  if (!element) return { found: false, isTooLarge: false, value: null };
  const isMarked = document[Symbol.for(mark)] === true;
  const readable = (): PageElement => {
    if (!isMarked) return element;
    const copy = document.implementation.createHTMLDocument('').importNode(element, true);
    for (const one of [copy, ...copy.querySelectorAll('*')]) {
      for (const name of one.getAttributeNames()) if (/value/i.test(name)) one.removeAttribute(name);
      if (one.matches('textarea')) one.textContent = '';
    }
    return copy;
  };
  const readOne = () => {
    if (as === 'html') return readable().innerHTML;
    if (as === 'json') return readable().textContent;
    const value = as === 'value' ? element.value : element.getAttribute(attribute);
    const isOfField = as === 'value' || /value/i.test(attribute);
    return isMarked && isOfField && value !== null && value !== undefined ? redacted : value;
  };
  const value = readOne() ?? null;
  const isTooLarge = typeof value === 'string' && value.length > most;
  return { found: true, isTooLarge, value: isTooLarge ? '' : value };
}
