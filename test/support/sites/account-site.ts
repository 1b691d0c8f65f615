/*
 * A site that one signs in to: with a cookie that scripts cannot read, and values of its own in each storage of the browser. It
 * says which of those a page had as it began, and never shows one.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface AccountSite extends AsyncDisposable {
  /** Without a trailing slash. */
  url: string;
  /** What it has given to browsers: the cookie, and what its pages store. */
  secrets: { cookie: string; local: string; session: string; database: string };
  /** How often someone has signed in. */
  readonly signIns: number;
}

/** Asks the site which of its values this page has, and stores them all if it is the first. */
const SCRIPT = `
const open = () => new Promise((resolve, reject) => {
  const request = indexedDB.open('account', 1);
  request.onupgradeneeded = () => request.result.createObjectStore('kept');
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const session = sessionStorage.getItem('mark');
const local = localStorage.getItem('mark');
(async () => {
  const database = await open();
  const kept = () => database.transaction('kept', 'readwrite').objectStore('kept');
  const found = (await done(kept().get('mark')))?.value;
  const answer = await fetch('/found', { method: 'POST', body: JSON.stringify({ local, session, database: found }) });
  const { names, values } = await answer.json();
  if (location.search === '?first') {
    localStorage.setItem('mark', values.local);
    sessionStorage.setItem('mark', values.session);
    await done(kept().put({ value: values.database, at: new Date(0) }, 'mark'));
  }
  database.close();
  document.querySelector('#found').textContent = names.join(' ') || 'nothing';
  document.body.dataset.ready = 'yes';
})();`;

/** Stores 100 MB. */
const STORE = `
async function storeMuch() {
  const database = await open();
  for (let n = 0; n < 100; n += 1) {
    const store = database.transaction('kept', 'readwrite').objectStore('kept');
    await done(store.put('x'.repeat(1e6), 'much ' + n));
  }
  database.close();
  document.body.dataset.stored = 'yes';
}`;

const page = (body: string) => `<!doctype html><title>Account</title><body>${body}</body>`;
const SIGN_IN = page(
  '<form method="post" action="/sign-in"><input id="user" name="user"><button id="in">Sign in</button></form>',
);
const home = (isSignedIn: boolean) =>
  page(
    `<h1 id="who">${isSignedIn ? 'Signed in' : 'Signed out'}</h1><p id="found"></p>
     <input id="note"><a id="on" href="/home#more">More</a>
     <button id="hang" onclick="setTimeout(() => { for (;;); })">Hang</button>
     <button id="store" onclick="storeMuch()">Store</button><script>${SCRIPT}${STORE}</script>`,
  );

export async function startAccountSite(): Promise<AccountSite> {
  const mark = () => randomBytes(12).toString('hex');
  const secrets = { cookie: mark(), local: mark(), session: mark(), database: mark() };
  let signIns = 0;

  async function answer(
    request: IncomingMessage,
  ): Promise<{ status?: number; headers?: object; body?: string }> {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/found') {
      const { cookie: _, ...values } = secrets;
      const given = JSON.parse(await text(request)) as Partial<typeof values>;
      const names = (['local', 'session', 'database'] as const).filter(
        (name) => given[name] === values[name],
      );
      return { body: JSON.stringify({ names, values }) };
    }
    if (pathname === '/sign-in') {
      signIns += 1;
      const cookie = `sid=${secrets.cookie}; HttpOnly; Path=/`;
      return { status: 303, headers: { location: '/home?first', 'set-cookie': cookie } };
    }
    if (pathname === '/home')
      return { body: home((request.headers.cookie ?? '').includes(`sid=${secrets.cookie}`)) };
    return pathname === '/' ? { body: SIGN_IN } : { status: 404 };
  }

  const server = createServer((request, response) => {
    void answer(request).then(({ status = 200, headers, body = '' }) => {
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers });
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    get signIns() {
      return signIns;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
