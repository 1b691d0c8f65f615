import { type Html, html } from './html.ts';

const WIDTH = 56;

/** JSON on as many lines as it takes: what fits on one line stays there. */
export function jsonText(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
  if (indent.length + flat.length <= WIDTH || typeof value !== 'object' || value === null) return flat;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((element) => jsonText(element, inner))
    : Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${jsonText(field, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?)/g;

/** JSON with its keys, texts, numbers and words marked. */
export function jsonView(text: string): Html {
  const parts: Html[] = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, string, colon = ''] = match;
    const kind = string === undefined ? 'n' : colon === '' ? 's' : 'k';
    parts.push(html`${text.slice(from, match.index)}<i class="${kind}">${string ?? token}</i>${colon}`);
    from = match.index + token.length;
  }
  return html`${parts}${text.slice(from)}`;
}

/** A block that may be copied; it scrolls by itself, so it can be reached by keyboard. */
export const codeBlock = (label: string, code: Html): Html =>
  html`<figure class="code"><figcaption>${label}</figcaption><pre tabindex="0"><code>${code}</code></pre></figure>`;
