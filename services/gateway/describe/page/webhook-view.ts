import type { OpenApi, WebhookOperation } from '../openapi/types.ts';
import { codeBlock, jsonText, jsonView } from './code-view.ts';
import { type Html, html, inline, prose } from './html.ts';
import { fieldView, schemaView } from './schema-view.ts';

/** The messages that the service sends: what all of them have in common, then each with an example. */
export function webhooksView({ webhooks }: OpenApi): Html {
  const messages = Object.entries(webhooks).map(([type, { post }]) => ({ type, message: post }));
  const [first] = messages;
  return html`<section class="group" id="messages"><h2>Messages to webhooks</h2>${
    first && html`${prose(first.message.description)}${headersView(first.message)}`
  }${messages.map(({ type, message }) => messageView(type, message))}</section>`;
}

const headersView = ({ parameters }: WebhookOperation): Html =>
  html`<ul class="fields">${parameters.map(({ name, description, schema }) =>
    fieldView(name, { ...schema, ...(description !== undefined && { description }) }, true),
  )}</ul>`;

function messageView(type: string, { summary, requestBody }: WebhookOperation): Html {
  const { schema, examples = {} } = requestBody.content['application/json'] ?? {};
  return html`<article class="operation message" id="message-${type}">
<div class="described"><h3><a class="anchor" href="#message-${type}"><code>${type}</code></a></h3><p>${inline(summary)}</p>${
    schema && schemaView(schema)
  }</div>
<div class="shown">${Object.values(examples).map(
    (example) => 'value' in example && codeBlock(type, jsonView(jsonText(example.value))),
  )}</div>
</article>`;
}
