import type { OpenApi, Operation, Parameter, Reference, Response } from '../openapi/types.ts';
import { codeBlock, jsonText, jsonView } from './code-view.ts';
import { examplesView } from './example-view.ts';
import { type Html, html, inline, prose } from './html.ts';
import { fieldView, schemaView } from './schema-view.ts';

export interface Shown {
  method: string;
  path: string;
  operation: Operation;
}

export const methodView = (method: string): Html =>
  html`<span class="method ${method}">${method.toUpperCase()}</span>`;

/** One operation: parameters and answers on the left, calls to copy on the right. */
export function operationView({ method, path, operation }: Shown, document: OpenApi): Html {
  const { operationId, summary, description, requestBody } = operation;
  const body = requestBody?.content['application/json']?.schema;
  const examples = examplesView(method, operation);
  return html`<article class="operation" id="${operationId}">
<div class="described">
<h3><a class="anchor" href="#${operationId}">${inline(summary)}</a></h3>
<p class="route">${methodView(method)} <code class="path">${breakable(path)}</code></p>
<p class="needs">${needsView(operation)}</p>
${description !== undefined && prose(description)}
${parametersView(operation, document)}
${body && html`<h4>Body${!requestBody?.required && html` <span class="optional">optional</span>`}</h4>${schemaView(body)}`}
<h4>Answers</h4>
${Object.entries(operation.responses)
  .filter(([status]) => Number(status) < 400)
  .map(([status, response]) => replyView(status, response))}
${errorsView(operation)}
</div>
${examples.length > 0 && html`<div class="shown">${examples}</div>`}
</article>`;
}

function needsView({ security, 'x-required-scope': scope }: Operation): Html {
  if (security.length === 0) return html`<span class="pill open">no credentials</span>`;
  const token =
    security.some((way) => 'queryToken' in way) && html` <span class="pill">also <code>?token=</code></span>`;
  return html`<span class="pill">${
    scope === undefined ? 'any credentials' : html`scope <code>${scope}</code>`
  }</span>${token}`;
}

/** Order: path, query, headers. Parameters of every operation are listed once, at the top of the page. */
function parametersView({ parameters }: Operation, document: OpenApi): Html | undefined {
  const own = parameters
    .filter((parameter) => !('$ref' in parameter) || parameter.$ref.endsWith('/LastEventId'))
    .map((parameter) => resolve(parameter, document));
  if (own.length === 0) return undefined;
  const groups = Map.groupBy(own, (parameter) => parameter.in);
  return html`${[...groups].map(
    ([place, list]) =>
      html`<h4>${PLACES[place]}</h4><ul class="fields">${list.map(({ name, required, description, schema }) =>
        fieldView(name, { ...schema, ...(description !== undefined && { description }) }, required),
      )}</ul>`,
  )}`;
}

const PLACES = { path: 'Path', query: 'Query', header: 'Headers' } as const;

export function resolve(parameter: Parameter | Reference, { components }: OpenApi): Parameter {
  if (!('$ref' in parameter)) return parameter;
  const found = components.parameters[parameter.$ref.split('/').at(-1) ?? ''];
  if (!found) throw new Error(`no parameter ${parameter.$ref}`);
  return found;
}

function replyView(status: string, { description, headers = {}, content = {} }: Response): Html {
  const own = Object.keys(headers).filter((name) => name !== 'X-Request-Id');
  const types = Object.keys(content).filter((type) => type !== 'application/json' || !content[type]?.schema);
  return html`<div class="reply"><p><span class="status ok">${status}</span> ${description}${
    own.length > 0 && html`, with ${own.map((name) => html`<a href="#headers">${name}</a> `)}`
  }${types.map((type) => html` <code>${type}</code>`)}</p>${Object.values(content).map(
    ({ schema }) => schema && schemaView(schema),
  )}</div>`;
}

function errorsView({ responses }: Operation): Html {
  const rows = Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([status, { content }]) =>
      Object.keys(content?.['application/json']?.examples ?? {}).map((code) => ({ status, code })),
    );
  return html`<h4>Errors</h4><p class="errors">${rows.map(
    ({ status, code }) =>
      html`<a href="#problem-${code}"><span class="status bad">${status}</span> ${code}</a> `,
  )}</p>`;
}

/** All errors; the target of a problem's `type`. */
export const problemsView = ({ components: { examples } }: OpenApi): Html =>
  html`<div class="problems">${Object.entries(examples)
    .filter(([code]) => !code.endsWith('.problem'))
    .map(([code, { summary, description = '', value }]) => {
      const problem = examples[`${code}.problem`]?.value as { status: number };
      return html`<details id="problem-${code}"><summary><span class="status bad">${problem.status}</span> <code>${code}</code> <span class="text">${summary}</span></summary>${prose(
        description,
      )}${codeBlock('application/json', jsonView(jsonText(value)))}${codeBlock('application/problem+json', jsonView(jsonText(problem)))}</details>`;
    })}</div>`;

/** Allows line breaks after slashes. */
export const breakable = (path: string): Html[] =>
  path
    .split(/(?=\/)/)
    .map(
      (part) =>
        html`<wbr>${part.split(/(\{\w+\})/).map((text, n) => (n % 2 ? html`<em>${text}</em>` : text))}`,
    );
