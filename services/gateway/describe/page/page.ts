import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SAMPLE } from '../examples/example.ts';
import type { OpenApi } from '../openapi/types.ts';
import { codeBlock } from './code-view.ts';
import { type Html, html, prose, trusted } from './html.ts';
import { breakable, methodView, operationView, problemsView, resolve, type Shown } from './operation-view.ts';
import { fieldView, schemaView } from './schema-view.ts';
import { webhooksView } from './webhook-view.ts';

/** Each is named in full: so the bundle of the services has it, too. */
const STYLES = [
  new URL('./style/base.css', import.meta.url),
  new URL('./style/contents.css', import.meta.url),
  new URL('./style/operation.css', import.meta.url),
  new URL('./style/code.css', import.meta.url),
  new URL('./style/try.css', import.meta.url),
  new URL('./style/layout.css', import.meta.url),
];
const SCRIPTS = [new URL('./script.js', import.meta.url), new URL('./try.js', import.meta.url)];
const text = (file: URL): string => readFileSync(file, 'utf8');

/**
 * The document as one page that needs nothing else. Style and script are in it, named by hash in its policy; only its
 * own server is asked, when a reader sends a call. `hasApp`: the server has a page of its own to go back to.
 */
export function renderPage(document: OpenApi, hasApp: boolean): { html: string; policy: string } {
  const style = STYLES.map(text).join('');
  const script = SCRIPTS.map((file) => `{\n${text(file)}}\n`).join('');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${document.info.title} API ${document.info.version}</title>
<link rel="icon" href="${ICON}">
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${contentView(document, groupsOf(document), hasApp)}
<script>${trusted(script)}</script>
</body>
</html>
`;
  return { html: page.html, policy: policyOf(style, script) };
}

const policyOf = (style: string, script: string): string =>
  [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(script)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const contentView = (
  document: OpenApi,
  groups: Group[],
  hasApp: boolean,
): Html => html`${navigationView(document, groups, hasApp)}
<main id="content" data-samples="${JSON.stringify(SAMPLE_IDS)}">
${introductionView(document)}
${groups.map(
  ({ name, description, shown }) =>
    html`<section class="group" id="${slug(name)}"><h2>${name}</h2>${prose(
      description,
    )}${shown.map((one) => operationView(one, document))}</section>`,
)}
${webhooksView(document)}
<section class="group" id="schemas"><h2>Schemas</h2>${Object.entries(document.components.schemas).map(
  ([name, schema]) =>
    html`<article class="schema" id="schema-${name}"><h3>${name}</h3>${
      typeof schema.description === 'string' && prose(schema.description)
    }${schemaView(schema)}</article>`,
)}</section>
<section class="group" id="errors"><h2>Errors</h2>${prose(ERRORS_TEXT)}${problemsView(document)}</section>
</main>`;

interface Group {
  name: string;
  description: string;
  shown: Shown[];
}

function groupsOf({ tags, paths }: OpenApi): Group[] {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
  return tags.map((tag) => ({
    ...tag,
    shown: all.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
}

const navigationView = (
  { info }: OpenApi,
  groups: Group[],
  hasApp: boolean,
): Html => html`<nav aria-label="Contents">
<p class="brand"><a href="#content"><span class="ghost" aria-hidden="true"></span>${info.title}</a> <span class="version">${
  info.version
}</span></p>
${hasApp && html`<p class="back"><a href="/">← Back to the runs</a></p>`}
<details class="contents" open><summary>Contents</summary>
<div id="filter"></div>
${groups.map(
  ({ name, shown }) =>
    html`<p class="nav-head"><a href="#${slug(name)}">${name}</a></p><ul>${shown.map(
      ({ method, path, operation }) =>
        html`<li><a class="way" href="#${operation.operationId}" title="${operation.summary}">${methodView(method)}<span>${breakable(path)}</span></a></li>`,
    )}</ul>`,
)}
<p class="nav-head"><a href="#messages">Messages to webhooks</a></p>
<p class="nav-head"><a href="#schemas">Schemas</a></p>
<p class="nav-head"><a href="#errors">Errors</a></p>
</details>
</nav>`;

const introductionView = (document: OpenApi): Html => html`<section class="intro">
<h1>${document.info.title} API</h1>
<p class="lead">${document.info.summary}</p>
<div class="columns"><div>
${prose(document.info.description)}
<p>For tools: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1), and for the messages over NATS <a href="/asyncapi.json">/asyncapi.json</a> (AsyncAPI 3.0).</p>
</div><div>
${codeBlock('Set these for the calls below', SET_UP)}
</div></div>
<h2 id="credentials">Credentials</h2>
<dl class="schemes">${Object.values(document.components.securitySchemes).map(
  ({ name, description = '', ...scheme }) =>
    html`<dt><code>${schemeText(name, scheme)}</code></dt><dd>${prose(description)}</dd>`,
)}</dl>
<h2 id="headers">Headers</h2>
<div class="columns"><div><h3 class="part">Of all requests</h3><ul class="fields">${[
  'AcceptLanguage',
  'RequestId',
].map((name) => {
  const {
    schema,
    description = '',
    ...parameter
  } = resolve({ $ref: `#/components/parameters/${name}` }, document);
  return fieldView(parameter.name, { ...schema, description }, false);
})}</ul></div><div><h3 class="part">Of answers</h3><ul class="fields">${Object.entries(
  document.components.headers,
).map(([name, { schema, description }]) =>
  fieldView(name, { ...schema, description }, true),
)}</ul></div></div>
</section>`;

/** The script puts the address of the server there. */
const SET_UP = html`export GHOSTLY_URL=<span class="address">http://127.0.0.1:4000</span>
export GHOSTLY_API_KEY=gly_…`;

/** What calls of the examples name; where the reader has the like, it is put in their place. */
const SAMPLE_IDS = {
  [SAMPLE.project]: 'project',
  ...Object.fromEntries(
    [SAMPLE.heldRun, SAMPLE.queuedRun, SAMPLE.runningRun, SAMPLE.passedRun, SAMPLE.cancelledRun].map((id) => [
      id,
      'run',
    ]),
  ),
};

const ERRORS_TEXT =
  'Only problems contain the code; their `type` links here. Texts are as sent without `Accept-Language`.';

const schemeText = (name: string | undefined, { scheme, in: place }: Record<string, string>): string =>
  scheme ? 'Authorization: Bearer …' : place === 'query' ? `?${name}=…` : `${name}: …`;

const slug = (text: string): string => text.toLowerCase();
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A small ghost. Without an icon, browsers request one. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M8 1a6 6 0 0 0-6 6v8l2-2 2 2 2-2 2 2 2-2 2 2V7a6 6 0 0 0-6-6z" fill="#6366f1"/><circle cx="6" cy="7" r="1.2" fill="#fff"/><circle cx="10" cy="7" r="1.2" fill="#fff"/></svg>',
)}`;
