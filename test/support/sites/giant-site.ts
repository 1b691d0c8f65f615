import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** How a page can make its browser send one large message, by name: each a script; TEXT is a text of so many BYTES. A letter of a title takes six. */
const GIANTS = {
  'an error that it throws': `setTimeout(() => { throw new Error(TEXT); });`,
  'a value that it throws': `setTimeout(() => { throw TEXT; });`,
  'the error of a worker': `spawn('setTimeout(() => { throw new Error(TEXT); }, 100)');`,
  'the console of a worker': `spawn('console.log(TEXT)');`,
  'the name of a worker': `new Worker(URL.createObjectURL(new Blob([''])), { name: TEXT });`,
  'a body that it sends': `fetch('/sent', { method: 'POST', body: TEXT });`,
  'a body that its worker sends': `spawn('fetch("' + location.origin + '/sent", { method: "POST", body: TEXT })');`,
  'the headers of a request': `fetch('/sent', { headers: { 'x-text': TEXT } }).catch(() => {});`,
  'the name of a frame': `
    const frame = document.createElement('iframe');
    frame.name = TEXT;
    document.body.append(frame);`,
  'a message over a socket': `
    const socket = new WebSocket(location.origin.replace('http', 'ws') + '/socket');
    socket.onerror = () => {};
    socket.onopen = () => socket.send(TEXT);`,
  'an error of a popup': `open('/popup?' + location.search.slice(1));`,
  'the name of a shared worker': `new SharedWorker(URL.createObjectURL(new Blob([''])), TEXT);`,
  'its title': `document.title = 'é'.repeat(BYTES / 6);`,
  'an attribute': `document.querySelector('h1').setAttribute('aria-label', TEXT);`,
} as const;
export type Giant = keyof typeof GIANTS;

/** Those that the browser is not to tell of. */
export const UNREPORTED: readonly Giant[] = ['a body that it sends', 'a body that its worker sends'];

/** Those that the browser tells of without being asked. */
export const UNASKED = (Object.keys(GIANTS) as Giant[]).filter(
  (giant) => giant !== 'its title' && giant !== 'an attribute' && !UNREPORTED.includes(giant),
);

export interface GiantSite extends AsyncDisposable {
  url: string;
  /** The address of the page, relative to the site's; its text has so many bytes. */
  path(giant: Giant, bytes: number): string;
}

const page = (script: string, bytes: number) => `<h1>here</h1><script>
  const BYTES = ${bytes};
  const TEXT = BYTES < 5e8 ? 'x'.repeat(BYTES) : '';
  const spawn = (work) => new Worker(URL.createObjectURL(new Blob(["const TEXT = 'x'.repeat(${bytes});" + work])));
  setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<p id="said">said</p>'), 500);
  ${script}</script>`;

/** A site whose pages make their browser send one large message, each in its own way. */
export async function startGiantSite(): Promise<GiantSite> {
  const names = Object.keys(GIANTS) as Giant[];
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    const name = names[Number(/^\/giant\/(\d+)$/.exec(pathname)?.[1])];
    const script = pathname === '/popup' ? GIANTS['an error that it throws'] : name && GIANTS[name];
    response.end(script ? page(script, Number(searchParams.get('bytes'))) : '<h1>here</h1>');
  });
  server.on('upgrade', (request, socket) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.on('error', () => undefined).resume();
    socket.on('end', () => socket.end());
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    sockets.add(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    path: (giant, bytes) => `/giant/${names.indexOf(giant)}?bytes=${bytes}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await closed;
    },
  };
}
