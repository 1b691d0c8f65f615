/*
 * A site with fields that tells what it gets, character by character: whichever page, frame or script has it. Every host that
 * leads to its port is served alike.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface LoginSite extends AsyncDisposable {
  port: number;
  /** Without a trailing slash. */
  url: string;
  /** What its fields have had in them, in order, with the page that says so. */
  typed: { at: string; field: string; value: string }[];
  /** Resolves when `path` has been asked for on this host. */
  asked(host: string, path: string): Promise<void>;
  /** Answers the requests for `/held`, those to come too. */
  release(): void;
}

export interface LoginSiteOptions {
  /** Added to its clock as its answers say it, ms. */
  clockMs?: number;
}

export async function startLoginSite({ clockMs = 0 }: LoginSiteOptions = {}): Promise<LoginSite> {
  const typed: LoginSite['typed'] = [];
  const asked = new Set<string>();
  const waiters: (() => void)[] = [];
  const held = Promise.withResolvers<void>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    asked.add(`${request.headers.host}${pathname}`);
    for (const wake of waiters.splice(0)) wake();
    if (pathname === '/typed') {
      typed.push(JSON.parse(await text(request)) as LoginSite['typed'][number]);
      response.writeHead(204).end();
      return;
    }
    const to = searchParams.get('to') ?? '';
    if (pathname === '/redirect') {
      response.writeHead(302, { location: to }).end();
      return;
    }
    if (pathname === '/held') await held.promise;
    const page = PAGES[pathname];
    response.writeHead(page ? 200 : 404, {
      'content-type': 'text/html; charset=utf-8',
      date: new Date(Date.now() + clockMs).toUTCString(),
    });
    response.end(`<!doctype html><title>${pathname}</title>${page?.(to) ?? ''}`);
  }
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    typed,
    async asked(host, path) {
      while (!asked.has(`${host}${path}`)) await new Promise<void>((resolve) => waiters.push(resolve));
    },
    release: () => held.resolve(),
    async [Symbol.asyncDispose]() {
      held.resolve();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Tells of each character as it comes, from pages of any origin. */
const TELLS = `<script>
  const home = location.protocol.startsWith('http') ? location.origin : decodeURIComponent('HOME');
  addEventListener('input', ({ target }) => fetch(home + '/typed', { method: 'POST', mode: 'no-cors', keepalive: true,
    body: JSON.stringify({ at: location.href, field: target.id, value: target.value ?? target.textContent }) }), true);
</script>`;
const FIELDS = `<label id="label">Password <input id="password" type="password"></label><input id="code" inputmode="numeric">
  <input id="number" type="number"><input id="mail" type="email"><textarea id="note"></textarea>
  <div id="rich" contenteditable>old</div><input id="off" disabled><button id="button">button</button>${TELLS}`;
/** The fields, in a page whose address is no address of a site. */
const inside = (home: string) => FIELDS.replace('HOME', encodeURIComponent(home));
const framed = (script: string) =>
  `<iframe id="frame"></iframe><script>const frame = document.getElementById('frame'); ${script}</script>`;
/** A script in a page cannot have the end of one. */
const literal = (html: string) => JSON.stringify(html).replaceAll('</', '<\\/');

const PAGES: Record<string, (to: string) => string> = {
  '/login': () => FIELDS,
  '/held': () => FIELDS,
  '/frame': (to) => framed(`frame.src = ${JSON.stringify(to)}`),
  '/srcdoc': (to) => framed(`frame.srcdoc = ${literal(inside(to))}`),
  '/data': (to) => framed(`frame.src = 'data:text/html,' + encodeURIComponent(${literal(inside(to))})`),
  '/blob': (to) =>
    framed(`frame.src = URL.createObjectURL(new Blob([${literal(inside(to))}], { type: 'text/html' }))`),
  '/blank': (to) =>
    framed(`frame.contentDocument.open(); frame.contentDocument.close();
      frame.contentDocument.body.append(document.createRange().createContextualFragment(${literal(inside(to))}))`),
  /** Tells that it is there. */
  '/arrived': () => `${FIELDS}<script>fetch('/came')</script>`,
  /** Leaves for `to` as soon as `/held` is answered. */
  '/leaves': (to) =>
    `${FIELDS}<script>fetch('/held').then(() => { location.href = ${JSON.stringify(to)}; });</script>`,
  /** Says of itself that it is `to`, which it has in a frame, wherever a page can say something. */
  '/spoof': (to) => `${FIELDS}<iframe id="real" src=${JSON.stringify(to)}></iframe><script>
    const real = document.getElementById('real');
    const lie = (of, name, value) => { try { Object.defineProperty(of, name, { get: () => value, configurable: true }); } catch {} };
    lie(Node.prototype, 'ownerDocument', { documentElement: real, defaultView: real.contentWindow, execCommand: (...all) => document.execCommand(...all) });
    lie(Document.prototype, 'documentElement', real); lie(document, 'location', new URL(${JSON.stringify(to)}));
    lie(window, 'location', new URL(${JSON.stringify(to)})); lie(Document.prototype, 'URL', ${JSON.stringify(to)});
    lie(window, 'origin', new URL(${JSON.stringify(to)}).origin); lie(Location.prototype, 'origin', new URL(${JSON.stringify(to)}).origin);
  </script>`,
  /** Has `to` in a frame, and takes the focus whenever that gets it. */
  '/thief': (to) => `<input id="loot">${TELLS}<iframe id="frame" src=${JSON.stringify(to)}></iframe><script>
    const loot = document.getElementById('loot');
    addEventListener('blur', () => loot.focus());
    setInterval(() => loot.focus(), 1);</script>`,
  /** Shows what is typed, in many ways. */
  '/echo': () => `${FIELDS}<p id="shown"></p><script>
    addEventListener('input', ({ target: { value } }) => {
      document.title = 'it is ' + value;
      history.replaceState(null, '', '/echo?of=' + encodeURIComponent(value));
      document.getElementById('shown').textContent = value + ' ' + btoa(value) + ' ' + encodeURIComponent(value);
    });</script>`,
};
