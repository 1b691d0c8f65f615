import type { Media, Operation, RequestExample } from '../openapi/types.ts';
import { codeBlock, jsonText, jsonView } from './code-view.ts';
import { type Html, html } from './html.ts';

/** Each example as a call that may be pasted, and its answer. */
export function examplesView(method: string, operation: Operation): Html[] {
  const examples = operation['x-examples'] ?? [];
  return examples.map(
    (example) =>
      html`<div class="example" data-call="${callOf(method, example)}"><p class="example-head">${capital(example.summary)}</p>${codeBlock(
        'Request',
        curlOf(method, operation, example),
      )}${replyView(operation, example)}</div>`,
  );
}

/** The call for the page's script, which sends it. */
const callOf = (method: string, { path, headers, body }: RequestExample): string =>
  JSON.stringify({
    method: method.toUpperCase(),
    path,
    headers,
    ...(body !== undefined && { body: jsonText(body) }),
  });

function replyView({ responses }: Operation, { name, status }: RequestExample): Html | undefined {
  const media: Media | undefined = responses[status]?.content?.['application/json'];
  const shown = media?.examples?.[name];
  return shown && 'value' in shown
    ? codeBlock(`Answer ${status}`, jsonView(jsonText(shown.value)))
    : undefined;
}

/** The call for a POSIX shell; the address and the key are variables, as the page's head sets them. */
function curlOf(method: string, operation: Operation, { path, headers, body }: RequestExample): Html {
  const streams = operation.responses[200]?.content?.['text/event-stream'] !== undefined;
  const parts: (Html | string)[] = [
    `curl${streams ? ' -N' : ''}${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "$GHOSTLY_URL${path}"`,
    ...(operation.security.length > 0 ? ['-H "X-Api-Key: $GHOSTLY_API_KEY"'] : []),
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
  ];
  if (body !== undefined)
    parts.push("-H 'Content-Type: application/json'", html`-d ${jsonView(quoted(jsonText(body)))}`);
  return html`${parts.map((part, n) => html`${n > 0 && ' \\\n  '}${part}`)}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
