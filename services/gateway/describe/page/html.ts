/** Text that is HTML already. Everything else that goes into a page is escaped on its way. */
export interface Html {
  readonly html: string;
}
type Part = Html | string | number | false | undefined | readonly Part[];

/** HTML with its parts put in: lists are joined, false and undefined left out, texts escaped. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: texts.reduce((all, text, n) => all + textOf(parts[n - 1]) + text) };
}

function textOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'html' in part ? part.html : part.map(textOf).join('');
}

const ESCAPED: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPED[character] ?? '');

/** Marks a text as HTML that was made elsewhere. */
export const trusted = (text: string): Html => ({ html: text });

/** One line of text, with what stands in backticks as code. */
export const inline = (text: string): Html[] =>
  text.split(/`([^`]+)`/).map((part, n) => (n % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));

/** The same in paragraphs, which blank lines part. */
export const prose = (text: string): Html[] =>
  text.split(/\n{2,}/).map((paragraph) => html`<p>${inline(paragraph)}</p>`);
