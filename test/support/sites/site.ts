import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ORDERS } from './orders-page.ts';

export interface TestSite extends AsyncDisposable {
  /** Without a trailing slash. */
  url: string;
  /** Paths (with query) asked for, in order. */
  requests: string[];
  /** Resolves when `path` has been asked for. */
  asked(path: string): Promise<void>;
  /** How many requests for this path of `/never` or `/gate` are open, i.e. unanswered and their client still there. */
  open(path: string): number;
  /** When the last client of `/never` or `/gate` that waited for this path went away. */
  left(path: string): Date | undefined;
  /** Answers the requests for this path of `/gate`, those to come too. */
  release(path: string): void;
  close(): Promise<void>;
}

/**
 * A small local web site for browser tests: `PAGES`, and `/never`, which never answers, `/gate?…`, which answers once it is
 * released, `/flaky?…`, which has no page for its first visitor, `/file`, an attachment, and `/drip?…`, one that never ends. Other
 * paths are a 404.
 */
export async function startSite(): Promise<TestSite> {
  const requests: string[] = [];
  const waiters = new Map<string, (() => void)[]>();
  const sockets = new Set<Socket>();
  const held = new Map<string, Set<ServerResponse>>();
  const released = new Set<string>();
  const left = new Map<string, Date>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push(path);
    for (const wake of waiters.get(path) ?? []) wake();
    waiters.delete(path);
    if (isHeld(path) && !released.has(path)) hold(path, response);
    else if (isFlaky(path) && requests.indexOf(path) === requests.length - 1) response.writeHead(204).end();
    else answer(path, request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  function hold(path: string, response: ServerResponse): void {
    const waiting = held.get(path) ?? new Set();
    held.set(path, waiting.add(response));
    response.once('close', () => {
      waiting.delete(response);
      left.set(path, new Date());
    });
  }

  async function close(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    asked(path) {
      if (requests.includes(path)) return Promise.resolve();
      return new Promise((resolve) => waiters.set(path, [...(waiters.get(path) ?? []), resolve]));
    },
    open: (path) => held.get(path)?.size ?? 0,
    left: (path) => left.get(path),
    release(path) {
      released.add(path);
      for (const response of held.get(path) ?? []) response.end(RELEASED);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Opened as a page, it asks for `/came?…` once it is there. */
const RELEASED = `<!doctype html>released<script>addEventListener('load', () => setTimeout(() => fetch('/came' + location.search)))</script>`;

const isFlaky = (path: string) => path.startsWith('/flaky?');
const isHeld = (path: string) => /^\/(never|gate)(\?|$)/.test(path);

function answer(path: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search, searchParams } = new URL(path, 'http://site');
  if (pathname === '/file') {
    response.writeHead(200, { 'content-type': 'application/zip', 'content-disposition': 'attachment' });
    response.end('not a page');
    return;
  }
  if (pathname === '/drip') {
    response.writeHead(200, { 'content-type': 'application/zip', 'content-disposition': 'attachment' });
    response.write('the beginning');
    return;
  }
  request.resume();
  const to = pathname === '/leave' ? searchParams.get('to') : null;
  if (to !== null) {
    response.writeHead(302, { location: `${to}/redirect` });
    response.end();
    return;
  }
  const body = pathname === '/echo' ? echo(searchParams) : PAGES[pathname];
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
  const title = pathname === '/titled' ? escapeHtml(decodeURIComponent(search.slice(1))) : pathname;
  response.end(page(title, body ?? '<h1>not here</h1>'));
}

const page = (title: string, body: string) => `<!doctype html><title>${title}</title><body>${body}</body>`;
const escapeHtml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const echo = (query: URLSearchParams) => `<p id="query">${escapeHtml(query.toString())}</p>`;

const PAGES: Record<string, string> = {
  '/plain': '<h1>Plain</h1>',
  '/titled': '<h1>Titled</h1>',
  '/flaky': '<h1>Whole</h1>',
  '/orders': ORDERS,
  '/many-headings': Array.from({ length: 500 }, (_, n) => `<h2>Heading ${n}</h2>`).join(''),
  '/form': `<form action="/echo"><label>Name <input name="name"></label><label>Note <textarea name="note"></textarea></label>
    <label>Terms <input type="checkbox" name="terms"></label><label>News <input type="checkbox" name="news" checked></label>
    <select name="size"><option value="s">Small</option><option value="l">Large</option></select>
    <select name="tags" multiple><option>one</option><option>two</option><option>three</option></select>
    <input type="file" name="files" multiple><button id="send">Send</button><button id="off" disabled>Off</button></form>
    <p id="files"></p><p id="hovered" hidden>hovered</p><p id="hide" hidden>hidden</p>
    <p id="target">target</p><div style="position:relative"><button id="under" type="button">under</button>
    <div style="position:absolute;inset:0;background:#eee">over</div></div>
    <button id="later" type="button">later</button><p id="key"></p>
    <script>
      const by = (id) => document.getElementById(id);
      document.querySelector('[type=file]').onchange = (e) => { by('files').textContent = [...e.target.files].map((f) => f.name + ':' + f.size).join(); };
      by('target').onmouseover = () => { by('hovered').hidden = false; };
      by('later').onclick = () => setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<p id="come">came</p>'), 100);
      addEventListener('keydown', (e) => { by('key').textContent = e.key; });
    </script>`,
  /** Shows what its script may read of the clipboard. */
  '/clipboard': `<textarea></textarea><button id="read">read</button><p id="heard"></p><script>
    read.onclick = async () => {
      const field = document.querySelector('textarea');
      field.focus();
      const pasted = document.execCommand('paste');
      const text = await navigator.clipboard.readText().catch((error) => error.name);
      heard.textContent = [pasted, field.value, text].join();
    };</script>`,
  /** A button and a field whose scripts never return. */
  '/loop': `<button id="loop">loop</button><input id="field" onfocus="for (;;);"><script>
    loop.onclick = () => { fetch('/loop-begun', { keepalive: true }); const end = Date.now() + 50; while (Date.now() < end); for (;;); };</script>`,
  /** Keeps a request for `/never?…` open as long as it lives. */
  '/held': `<button id="loop">loop</button><input id="field"><script>
    fetch('/never' + location.search);
    loop.onclick = () => { fetch('/loop-begun' + location.search, { keepalive: true }); const end = Date.now() + 50; while (Date.now() < end); for (;;); };</script>`,
  /** Shows `#opened` when `/gate?…` was released, which then asks for `/came?…`. */
  '/gated': `<script>fetch('/gate' + location.search).then(() => { document.body.innerHTML = '<p id="opened">opened</p>'; });</script>`,
  /** Busy from the first key on until `/gate?key` was released. */
  '/key-asks': `<script>addEventListener('keydown', () => {
    const asking = new XMLHttpRequest();
    asking.open('GET', '/gate?key', false);
    asking.send();
  });</script>`,
  /** Goes to `/never` and changes its own address meanwhile. */
  '/leaves-for-never': `<script>
    const leave = () => {
      let n = 0;
      location.href = '/never?left';
      setInterval(() => history.replaceState(null, '', '#' + n++), 200);
    };
    addEventListener('load', () => setTimeout(leave));</script>`,
  /** The same as `/held`, and floods from a worker and by `history.replaceState`. */
  '/flood': `<script>
    fetch('/never' + location.search);
    const flood = 'for (;;) { console.log("x".repeat(1000)); postMessage("x".repeat(1000)); }';
    const worker = new Worker(URL.createObjectURL(new Blob(['const end = Date.now() + 2500; ' + flood.replace(';;', '; Date.now() < end;')])));
    let n = 0;
    setInterval(() => { for (let i = 0; i < 100; i++) history.replaceState(null, '', '#' + n++); }, 10);</script>`,
  /** Tries to reach the site `to` by every road; `/leave?to=…` redirects there. */
  '/stray': `<script>
    const to = new URLSearchParams(location.search).get('to');
    const add = (name, where) => document.body.append(Object.assign(document.createElement(name), where));
    add('iframe', { src: to + '/frame' }); add('img', { src: to + '/img' }); add('object', { data: to + '/object' });
    add('link', { rel: 'prefetch', href: to + '/prefetch' }); add('link', { rel: 'preconnect', href: to });
    add('link', { rel: 'stylesheet', href: to + '/style' }); add('script', { src: to + '/script' });
    navigator.sendBeacon(to + '/beacon'); new EventSource(to + '/events'); window.open(to + '/popup');
    new WebSocket(to.replace('http', 'ws') + '/socket');
    new Worker(URL.createObjectURL(new Blob(['fetch("' + to + '/worker", { mode: "no-cors" })'])));
    new RTCPeerConnection({ iceServers: [{ urls: to.replace('http://', 'stun:') }] }).createDataChannel('x');
    fetch(to + '/fetch', { mode: 'no-cors' }).catch(() => 0).then(() => fetch('/leave' + location.search).catch(() => 0))
      .then(() => document.body.insertAdjacentHTML('beforeend', '<p id="tried">tried</p>'));</script>`,
  '/loop-on-load': `<script>setTimeout(() => { fetch('/looping' + location.search, { keepalive: true }); for (;;); }, 50)</script>`,
  '/dialogs': `<button id="alert" onclick="alert(1); done('alert')">alert</button>
    <button id="confirm" onclick="done(confirm('sure?'))">confirm</button>
    <button id="prompt" onclick="done(prompt('name?'))">prompt</button><p id="answer"></p>
    <script>function done(text) { document.getElementById('answer').textContent = 'answer ' + text; }</script>`,
  '/dialog-on-load': '<script>alert("hello")</script><h1 id="after">after</h1>',
  '/alerts': `<button id="ask">ask</button><script>
    fetch('/never' + location.search);
    ask.onclick = () => { fetch('/asking', { keepalive: true }); for (;;) alert('again'); };</script>`,
  '/download': '<a id="get" href="/drip?file">get</a><script>fetch("/never" + location.search);</script>',
  '/trapped': `<button id="stay">stay</button><script>
    fetch('/never' + location.search);
    addEventListener('beforeunload', (e) => { e.preventDefault(); e.returnValue = 'stay'; });</script>`,
  '/trap': `<button id="leave" onclick="location='/plain'">leave</button>
    <script>addEventListener('beforeunload', (e) => { e.preventDefault(); e.returnValue = 'stay'; });</script>`,
  '/popups': `<button id="one" onclick="window.open('/dialog-on-load')">one</button>
    <button id="many" onclick="for (let i = 0; i < 20; i++) window.open('/plain?' + i)">many</button><h1>still here</h1>`,
  '/downloads': '<a id="get" href="/file">get</a><a id="next" href="/plain">next</a>',
  '/busy': `<ul id="list"></ul><script>
    list.innerHTML = Array.from({ length: 8000 }, (_, i) => '<li>item number ' + i + ' of a long list</li>').join('');</script>`,
  '/links':
    '<a id="file" href="file:///etc/passwd">file</a><a id="settings" href="chrome://version">settings</a>',
};
