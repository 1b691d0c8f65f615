/*
 * A site on whose pages steps wait. `/hangs…` is not answered, `/stalls…` begins an answer that does not end, `/broken` is
 * a 500, `/redirects` leads to itself, `/poll` is answered after three seconds, `/held` once it is released.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WaitingSite extends AsyncDisposable {
  /** Without a trailing slash. */
  url: string;
  /** The paths that were asked for. */
  asked: readonly string[];
  /** Answers what has asked for `/held`. */
  release(): void;
}

export async function startWaitingSite(): Promise<WaitingSite> {
  const asked: string[] = [];
  const held: ServerResponse[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    asked.push(pathname);
    if (pathname === '/held') held.push(response);
    else if (pathname === '/redirects') response.writeHead(302, { location: '/redirects' }).end();
    else if (pathname === '/poll') setTimeout(() => response.end('nothing new'), 3_000);
    else if (!pathname.startsWith('/hangs')) answer(pathname, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    release: () => void held.splice(0).map((response) => response.end()),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(pathname: string, response: ServerResponse): void {
  const status = pathname === '/broken' ? 500 : 200;
  const type = pathname.endsWith('/events') ? 'text/event-stream' : 'text/html; charset=utf-8';
  response.writeHead(status, { 'content-type': type });
  const page = `<!doctype html><title>${pathname}</title><body>${PAGES[pathname] ?? '<h1>here</h1>'}`;
  if (pathname.startsWith('/stalls')) response.write(page);
  else response.end(page);
}

/** Marks the page as soon as the attributes of an element are read in its own world, as Playwright's recorder does. */
const SAYS_THAT_IT_IS_LOOKED_AT = `<script>
  const { get } = Object.getOwnPropertyDescriptor(Element.prototype, 'attributes');
  Object.defineProperty(Element.prototype, 'attributes', {
    get() { document.body.dataset.lookedAt = ''; return get.call(this); } });</script>`;

const PAGES: Record<string, string> = {
  '/covered': `<button id="b">buy</button>
    <div id="cookie" class="banner" style="position:fixed;inset:0;background:#eee"><p>We use cookies</p></div>`,
  '/moving': `<style>@keyframes away { to { transform: translateX(300px) } }
    #b { animation: away 2s linear infinite alternate }</style><button id="b">buy</button>`,
  '/states': '<button id="off" disabled>off</button><button id="hide" hidden>hide</button>',
  '/sends': `<button id="b">send</button><p id="out" hidden>out</p><script>
    b.onclick = () => fetch('/hangs/order?card=4111', { method: 'POST' });</script>`,
  '/leaves': `<button id="b" onclick="location = '/hangs/next'">next</button>`,
  '/blocked': '<script src="/hangs.js"></script>',
  /** What stays open as long as the page does. */
  '/streams': `<script>
    new EventSource('/stalls/events');
    new EventSource('/hangs/events');
    new WebSocket('ws://' + location.host + '/hangs/socket');
    fetch('/stalls/feed');</script>`,
  '/polls': `<script>(async () => {
    for (let n = 0; ; n += 1) await (await fetch('/poll?' + n)).text();
  })()</script>`,
  '/waits-in-script': `<script>setTimeout(() => {
    const request = new XMLHttpRequest();
    request.open('GET', '/hangs/sync', false);
    request.send();
  }, 100);</script>`,
  '/framed': `<h1>here</h1><iframe src="/hangs/frame"></iframe>`,
  '/reloads': `<script>setTimeout(() => location.reload(), 100);</script>`,
  '/opens': `<button id="b" onclick="const page = window.open('/here'); setTimeout(() => page.close(), 300)">open</button>`,
  '/opens-opener': `<button id="b" onclick="window.open('/opener')">open</button>`,
  /** Covered, and opens one more page later. */
  '/opener': `<button id="b">buy</button><div id="cookie" style="position:fixed;inset:0"></div>
    <script>fetch('/held').then(() => window.open('/here'));</script>`,
  '/opens-busy': `<button id="b" onclick="window.open('/busy-soon')">open</button>`,
  /** Once its button has been used. */
  '/busy-soon': `<button id="b">work</button><script>b.onclick = () => setTimeout(() => { for (;;); }, 200);</script>`,
  '/opens-covered': `<button id="b" onclick="window.open('/covered')">open</button>`,
  '/alerts': `<button id="b" onclick="for (let n = 0; n < 100; n += 1) alert('note ' + n)">alert</button>`,
  /** Until its process has no more. */
  '/eats': `<button id="b">eat</button><script>
    const eaten = [];
    b.onclick = () => setTimeout(() => {
      // Nearly the longest text that there may be, made whole: few of them are all there is.
      for (let n = 0; ; n += 1) eaten.push(n + 'xyz'.repeat(1.7e8)) && eaten.at(-1).charCodeAt(9);
    });</script>`,
  '/busy': `<button id="b">work</button><script>b.onclick = () => { for (;;); };</script>`,
  /** Its script works almost always, in tasks after each of which it answers; so do three workers. */
  '/tasks': `<script>
    const work = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
    setInterval(() => work(180), 185);
    const spin = URL.createObjectURL(new Blob(['for (;;);']));
    for (let n = 0; n < 3; n += 1) new Worker(spin);</script>`,
  '/huge': `<ul>${Array.from({ length: 100_000 }, (_, n) => `<li><span>item ${n}</span></li>`).join('')}</ul>`,
  '/looked-at/small': `${'<p>some</p>'.repeat(10)}${SAYS_THAT_IT_IS_LOOKED_AT}`,
  '/looked-at/huge': `${'<p>many</p>'.repeat(21_000)}${SAYS_THAT_IT_IS_LOOKED_AT}`,
  '/secret': '<input id="field"><button id="hunter2secret1">typed</button>',
  '/shop': `<button id="buy-now">Buy now</button><button id="buy-later" data-testid="later">Buy later</button>
    <button id="sell">Sell</button><a href="#a" data-testid="log-out">Log out</a><a href="#b">Log out</a>`,
};
