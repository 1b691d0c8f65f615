import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SayingSite extends AsyncDisposable {
  url: string;
  /** Answers the requests for `/held`, those to come too. */
  release(): void;
}

const button = (id: string, script: string) => `<button id="${id}" onclick="${script}">${id}</button>`;

/** A page with a button for each thing that a page can say, and an answer that shows what it was answered. */
const PAGE = `<!doctype html><title>says</title><input id="field"><p id="answer"></p>
${button('log', "console.log('plain', 7, { a: 1, b: [1, 2] }, null)")}
${button('warn', "console.warn('%s has %d%% left', 'disk', 5)")}
${button('error', "console.error(new TypeError('broken'))")}
${button('same', "for (let i = 0; i < 3; i += 1) console.info('again')")}
${button('value', 'console.log(field.value)')}
${button('object', 'console.log({ token: field.value })')}
${button('reversed', "console.log([...field.value].reverse().join(''))")}
${button('long', "console.log('x'.repeat(2500))")}
${button('many', "for (let i = 0; i < 1000; i += 1) console.log('line ' + i)")}
${button('throw', "setTimeout(() => { throw new RangeError('too far') })")}
${button('reject', "Promise.reject(new Error('no luck'))")}
${button('errors', "for (let i = 0; i < 300; i += 1) setTimeout(() => { throw new Error('error ' + i) })")}
${button('alert', "alert('Saved'); done('alert')")}
${button('alert-soon', "setTimeout(() => alert('Session over'), 500)")}
${button('confirm', "done(confirm('Delete all?'))")}
${button('prompt', "done(prompt('Your name?', 'nobody'))")}
${button('popup-frame', "const popup = window.open(''); popup.document.body.innerHTML = '<iframe src=/framed></iframe>'")}
${button('popups', "window.open(''); window.open('')")}
${button('popup', "window.open('/popup')")}
${button('fetch500', "fetch('/500?' + new URLSearchParams({ q: field.value })).then(() => done('fetched'))")}
${button('fetch-held', "fetch('/held').then(() => done('held'))")}
${button('download', "location.href = '/report'")}
${button('big', "location.href = '/big'")}
${button('worker', `new Worker('/worker.js').onmessage = () => done('worker')`)}
<script>function done(text) { document.getElementById('answer').textContent = 'answer ' + text; }</script>`;

const WORKER = `const wait = () => {
  if (/native/.test(console.log)) setTimeout(wait, 10); else { console.log('from a worker'); postMessage(0); }
};
wait();`;

/** A file that never ends. */
function pour(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/zip', 'content-disposition': 'attachment' });
  const pouring = setInterval(() => response.write('x'.repeat(100_000)), 20);
  response.once('close', () => clearInterval(pouring));
}

/** A site whose pages say all that pages can. `/500` fails, `/held` answers when it is released. */
export async function startSayingSite(): Promise<SayingSite> {
  const held = new Set<ServerResponse>();
  let isReleased = false;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/held' && !isReleased) return void held.add(response);
    if (pathname === '/big') return pour(response);
    const isDownload = pathname === '/report';
    response.writeHead(pathname === '/500' ? 500 : 200, {
      'content-type': pathname.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8',
      ...(isDownload && { 'content-disposition': 'attachment; filename="report.csv"' }),
    });
    response.end(pathname === '/worker.js' ? WORKER : isDownload ? 'a;b\n1;2\n' : PAGE);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    release() {
      isReleased = true;
      for (const response of held) response.end('released');
      held.clear();
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.closeAllConnections();
      server.close();
      await closed;
    },
  };
}
