/*
 * A site whose login is good for one request: each answer to who is logged in brings the next token, and an old one ends the
 * login for all. It asks for a code, and its pages remember the password, and show it.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RotatingSite extends AsyncDisposable {
  /** Without a trailing slash. */
  url: string;
  /** How often someone has logged in, and how often an old token has come. */
  readonly logins: number;
  readonly reused: number;
  /** Nobody is logged in any more. */
  logOut(): void;
}

export const ROTATING = { user: 'ann', password: 'correct horse', code: '135790' } as const;

const page = (body: string) => `<!doctype html><title>Rotating</title><body>${body}</body>`;
const LOG_IN = page(
  '<form method="post" action="/log-in"><input id="user" name="user"><input id="password" name="password" type="password" oninput="localStorage.remembered = value"><input id="code" name="code"><button id="in">Log in</button></form>',
);
const HOME = page(
  '<h1 id="who">Logged in</h1><p id="remembered"></p><script>remembered.textContent = localStorage.remembered ?? "nothing"</script>',
);

export async function startRotatingSite(): Promise<RotatingSite> {
  let token: string | undefined;
  let logins = 0;
  let reused = 0;
  const next = () => {
    token = randomBytes(9).toString('hex');
    return { 'set-cookie': `token=${token}; HttpOnly; Path=/` };
  };

  async function answer(
    request: IncomingMessage,
  ): Promise<{ status?: number; headers?: object; body?: string }> {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/log-in' && request.method === 'POST') {
      const given = Object.fromEntries(new URLSearchParams(await text(request)));
      const { user, password, code } = ROTATING;
      if (given.user !== user || given.password !== password || given.code !== code) return { body: LOG_IN };
      logins += 1;
      return { status: 303, headers: { location: '/home', ...next() } };
    }
    if (pathname === '/') return { body: LOG_IN };
    if (pathname !== '/home') return { status: 404 };
    const sent = /token=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
    if (sent !== undefined && sent === token) return { headers: next(), body: HOME };
    if (sent !== undefined) {
      reused += 1;
      token = undefined;
    }
    return { body: LOG_IN };
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
    get logins() {
      return logins;
    },
    get reused() {
      return reused;
    },
    logOut() {
      token = undefined;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
