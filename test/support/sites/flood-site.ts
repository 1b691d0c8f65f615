import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';

/** What a page can flood its browser's connection with, by name: each a script that goes on for ever. */
export const FLOODS = {
  'the console of a worker': `
    const lines = "const line = 'x'.repeat(2000); setInterval(() => { for (let i = 0; i < 2000; i += 1) console.log(line, { line }); }, 1);";
    for (let i = 0; i < 2; i += 1) new Worker(URL.createObjectURL(new Blob([lines])));`,
  'lines of many values on the console of a worker': `
    const lines = "const values = Array.from({ length: 200 }, (_, value) => value); for (;;) { console.log(...values); const until = performance.now() + 3; while (performance.now() < until); }";
    new Worker(URL.createObjectURL(new Blob([lines])));`,
  'messages of workers': `
    const work = "setInterval(() => { for (let i = 0; i < 5000; i += 1) postMessage('x'.repeat(1000)); }, 1);";
    for (let i = 0; i < 2; i += 1) new Worker(URL.createObjectURL(new Blob([work]))).onmessage = () => {};`,
  'new workers': `
    setInterval(() => { for (let i = 0; i < 20; i += 1) new Worker(URL.createObjectURL(new Blob(['close()']))); }, 1);`,
  replaceState: `let n = 0; setInterval(() => { for (let i = 0; i < 2000; i += 1) history.replaceState(null, '', '?' + (n += 1)); }, 1);`,
  pushState: `let n = 0; setInterval(() => { for (let i = 0; i < 2000; i += 1) history.pushState(null, '', '?' + (n += 1)); }, 1);`,
  fragments: `let n = 0; setInterval(() => { for (let i = 0; i < 2000; i += 1) location.hash = (n += 1); }, 1);`,
  requests: `setInterval(() => { for (let i = 0; i < 100; i += 1) fetch('data:,x' + i).catch(() => {}); }, 1);`,
  'failed requests': `setInterval(() => { for (let i = 0; i < 100; i += 1) fetch('http://127.0.0.1:9/' + i).catch(() => {}); }, 1);`,
  frames: `setInterval(() => { for (let i = 0; i < 50; i += 1) { const f = document.createElement('iframe'); document.body.append(f); f.remove(); } }, 1);`,
  'uncaught errors': `setInterval(() => { for (let i = 0; i < 200; i += 1) Promise.reject(new Error('x'.repeat(2000))); }, 1);`,
  popups: `setInterval(() => { for (let i = 0; i < 5; i += 1) window.open('about:blank'); }, 1);`,
  sockets: `setInterval(() => { for (let i = 0; i < 20; i += 1) try { new WebSocket('ws://127.0.0.1:9/' + i); } catch {} }, 1);`,
  downloads: `setInterval(() => { const a = document.createElement('a'); a.href = 'data:application/zip,x'; a.download = 'x'; a.click(); }, 1);`,
  'messages that it sends over a socket': `
    const socket = new WebSocket(SOCKETS + '/drink');
    socket.onopen = () => setInterval(() => { if (socket.bufferedAmount < 1e6) for (let i = 0; i < 3000; i += 1) socket.send('x'); }, 1);`,
  'messages that its worker sends over a socket': `
    const work = "const socket = new WebSocket('" + SOCKETS + "/drink'); socket.onopen = () => setInterval(() => { if (socket.bufferedAmount < 1e6) for (let i = 0; i < 3000; i += 1) socket.send('x'); }, 1);";
    new Worker(URL.createObjectURL(new Blob([work])));`,
  'messages that it gets over sockets': `for (let i = 0; i < 4; i += 1) new WebSocket(SOCKETS + '/pour').onmessage = () => {};`,
  'frames within frames': `
    const nest = (into, depth) => {
      const frame = into.createElement('iframe');
      into.body.append(frame);
      if (depth > 0) nest(frame.contentDocument, depth - 1);
      return frame;
    };
    setInterval(() => { for (let i = 0; i < 5; i += 1) { const frame = nest(document, 8); setTimeout(() => frame.remove(), 50); } }, 1);`,
  titles: `let n = 0; setInterval(() => { for (let i = 0; i < 1000; i += 1) document.title = 'x' + (n += 1); }, 1);`,
} as const;

/** Floods that the runner cannot count: Playwright tells nobody of messages over sockets that are empty. */
const UNCOUNTED = {
  'empty messages over sockets': `
    const work = "const socket = new WebSocket('" + SOCKETS + "/drink'); socket.onopen = () => setInterval(() => { for (let i = 0; i < 5000; i += 1) socket.send(''); }, 1);";
    for (let i = 0; i < 3; i += 1) new Worker(URL.createObjectURL(new Blob([work])));`,
} as const;
const SCRIPTS = { ...FLOODS, ...UNCOUNTED };
export type Flood = keyof typeof SCRIPTS;

/** Its worker says a hundred lines at once, a thousand in all, errors happen, and its socket is lively. */
/** Its worker says much as soon as its console is muted, however long that takes. */
const CHATTY = `
  const socket = new WebSocket(SOCKETS + '/drink');
  socket.onopen = () => { for (let i = 0; i < 1500; i += 1) socket.send('x'); };
  const work = 'const say = (most) => { for (let i = 0; i < most; i += 1) console.log(i); }; say(100); const wait = () => { if (/native/.test(console.log)) setTimeout(wait, 20); else { say(10_000); postMessage(0); } }; wait();';
  for (let i = 0; i < 20; i += 1) Promise.reject(new Error('again'));
  new Worker(URL.createObjectURL(new Blob([work]))).onmessage = () => {
    document.body.insertAdjacentHTML('beforeend', '<p id="done">done</p>');
  };`;

export interface FloodSite extends AsyncDisposable {
  url: string;
  /** The address of the page, relative to the site's. */
  path(flood: Flood): string;
  /** That of a page that floods for as long as that before it counts as begun. */
  pathFor(flood: Flood, ms: number): string;
  /** That of a page that says much and floods nothing. */
  chatty: string;
  /** Resolves when a page has flooded for a moment, or for as long as its address says. */
  begun: Promise<void>;
}

/** A site whose pages flood, each in its own way. */
export async function startFloodSite(): Promise<FloodSite> {
  const names = Object.keys(SCRIPTS) as Flood[];
  const begun = Promise.withResolvers<void>();
  const sockets = new Worker(new URL('./flood-sockets.ts', import.meta.url));
  const [socketsPort] = (await once(sockets, 'message')) as [number];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/begun') begun.resolve();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    const [, number, ms = '300'] = /^\/(\d+)(?:\?for=(\d+))?/.exec(path) ?? [];
    const name = names[Number(number)];
    const flood =
      name && `setTimeout(() => { fetch('/begun', { keepalive: true }); }, ${ms}); ${SCRIPTS[name]}`;
    const script = path === '/chatty' ? CHATTY : (flood ?? '');
    response.end(`<h1>here</h1><script>const SOCKETS = 'ws://127.0.0.1:${socketsPort}'; ${script}</script>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    path: (flood) => `/${names.indexOf(flood)}`,
    pathFor: (flood, ms) => `/${names.indexOf(flood)}?for=${ms}`,
    chatty: '/chatty',
    begun: begun.promise,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.closeAllConnections();
      server.close();
      await Promise.all([closed, sockets.terminate()]);
    },
  };
}
