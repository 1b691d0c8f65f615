/*
 * A site whose pages try to reach an address each by another road, and say how that ended: with an element `#got` or
 * `#refused`. The address is the page's query.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RoadSite extends AsyncDisposable {
  url: string;
  port: number;
  /** Connections so far, and the paths that were asked for. */
  readonly connections: number;
  asked: string[];
  /** The page that tries `road` to `target`. */
  page(road: string, target: string): string;
}

const promise = (call: string) => `<script>${call}.then(() => end('got'), () => end('refused'))</script>`;
const element = (tag: string) => `${tag} onload="end('got')" onerror="end('refused')">`;
/** Roads of which the page itself does not learn how they end. */
const silent = (html: string) => `${html}<script>setTimeout(() => end('refused'), 700)</script>`;
const CERTIFICATE = "[{ algorithm: 'sha-256', value: new Uint8Array(32) }]";

export const ROADS: Readonly<Record<string, (url: string) => string>> = {
  image: (url) => element(`<img src="${url}"`),
  script: (url) => `${element(`<script src="${url}"`)}</script>`,
  style: (url) => element(`<link rel=stylesheet href="${url}"`),
  fetch: (url) => promise(`fetch('${url}', { mode: 'no-cors' })`),
  xhr: (url) =>
    `<script>const x = new XMLHttpRequest(); x.open('GET', '${url}');
     x.onload = () => end('got'); x.onerror = () => end('refused'); x.send()</script>`,
  'event source': (url) =>
    `<script>const e = new EventSource('${url}'); e.onopen = () => end('got');
     e.onerror = () => { e.close(); end('refused') }</script>`,
  beacon: (url) => silent(`<script>navigator.sendBeacon('${url}', 'x')</script>`),
  ping: (url) => silent(`<a id=a href="#" ping="${url}">x</a><script>a.click()</script>`),
  'web socket': (url) =>
    `<script>const s = new WebSocket('${url.replace('http', 'ws')}'); s.onopen = () => end('got');
     s.onerror = () => end('refused')</script>`,
  'web transport': (url) =>
    promise(`(async () => new WebTransport('${url.replace('http:', 'https:')}',
     { serverCertificateHashes: ${CERTIFICATE} }).ready)()`),
  worker: (url) =>
    `<script>const w = new Worker('/worker.js?${encodeURIComponent(url)}');
     w.onmessage = (m) => end(m.data); w.postMessage('go')</script>`,
  'shared worker': (url) =>
    `<script>const w = new SharedWorker('/worker.js?${encodeURIComponent(url)}');
     w.port.onmessage = (m) => end(m.data); w.port.start()</script>`,
  'service worker': (url) =>
    `<script>navigator.serviceWorker.onmessage = (m) => end(m.data);
     navigator.serviceWorker.register('/worker.js?${encodeURIComponent(url)}');
     navigator.serviceWorker.ready.then((r) => r.active.postMessage('go'))</script>`,
  frame: (url) => silent(`<iframe src="${url}"></iframe>`),
  popup: (url) => silent(`<script>window.open('${url}')</script>`),
  download: (url) => silent(`<a id=a download href="${url}">x</a><script>a.click()</script>`),
  preconnect: (url) => silent(`<link rel=preconnect href="${url}"><link rel=prefetch href="${url}">`),
  speculation: (url) =>
    silent(`<script type=speculationrules>{ "prerender": [{ "source": "list", "urls": ["${url}"] }],
     "prefetch": [{ "source": "list", "urls": ["${url}"] }] }</script>`),
  form: (url) => silent(`<form id=f target=f method=post action="${url}"></form><script>f.submit()</script>`),
};

const WORKER = (url: string) =>
  `const go = (to) => fetch('${url}', { mode: 'no-cors' }).then(() => to.postMessage('got'), () => to.postMessage('refused'));
   onmessage = (m) => go(m.source ?? self); onconnect = (c) => go(c.ports[0]);`;

const PAGE = (body: string) =>
  `<!doctype html><script>function end(how) { const p = document.createElement('p'); p.id = p.textContent = how;
   document.documentElement.append(p) }</script>${body}`;

/**
 * Starts it at `host`, any address of this machine. `/to?<address>` redirects, `/link?<address>` has a link `#go`,
 * `/unfinished?<address>` goes there before all of it has come.
 */
export async function startRoads(host: string): Promise<RoadSite> {
  const asked: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://site');
    const path = decodeURIComponent(pathname).slice(1);
    const target = decodeURIComponent(search.slice(1));
    asked.push(path);
    if (path === 'to') return void response.writeHead(302, { location: target }).end();
    const isScript = path === 'worker.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    if (isScript) return void response.end(WORKER(target));
    if (path === 'link') return void response.end(PAGE(`<a id=go href="${target}">go</a>`));
    if (path === 'unfinished') return void response.write(PAGE(`<script>location = '${target}'</script>`));
    response.end(PAGE(ROADS[path]?.(target) ?? '<p id=here>here</p>'));
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://${host}:${port}`;
  return {
    url,
    port,
    asked,
    page: (road, target) => `${url}/${encodeURIComponent(road)}?${encodeURIComponent(target)}`,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
