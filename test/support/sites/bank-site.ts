/*
 * A site with a login of its own: a password, and a one-time code that it checks by another library than the runner's, each
 * only once. It shows what it was given, as a careless site does.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { verifySync } from 'otplib';
import { acceptSocket } from './accept-socket.ts';

export interface BankSite extends AsyncDisposable {
  /** Without a trailing slash. */
  url: string;
  /** The codes that it has let in, in order. */
  codes: string[];
  /** Everything that was sent to it. */
  sent: URLSearchParams[];
  /** Bytes that came over the socket of its first page, which sends what is typed. */
  readonly overSocket: number;
  /** `/seen` shows nobody's password again. */
  forget(): void;
  /** Answers the requests for `/gate`, those to come too. */
  release(): void;
}

export interface BankAccount {
  user: string;
  password: string;
  /** Base32. */
  seed: string;
  /** s. */
  period: number;
  digits: 6 | 7 | 8;
}

export async function startBank(account: BankAccount): Promise<BankSite> {
  const codes: string[] = [];
  const sent: URLSearchParams[] = [];
  const gate = Promise.withResolvers<void>();
  let last = 'nobody';
  let overSocket = 0;

  /** Whether a code is that of now or of a neighbour, and new. */
  function takes(code: string): boolean {
    const { seed: secret, period, digits } = account;
    if (code.length !== digits) return false;
    const { valid } = verifySync({ secret, token: code, period, digits, epochTolerance: period });
    if (!valid || codes.includes(code)) return false;
    codes.push(code);
    return true;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://bank');
    if (pathname === '/gate') await gate.promise;
    const form = new URLSearchParams(request.method === 'POST' ? await text(request) : '');
    if (request.method === 'POST') sent.push(form);
    if (form.has('password')) last = form.get('password')!;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><title>${pathname}</title>${page(pathname, form)}`);
  }

  function page(pathname: string, form: URLSearchParams): string {
    if (pathname === '/seen') return `<p id="seen">${escaped(last)}</p>`;
    if (pathname === '/code')
      return form.get('user') === account.user && form.get('password') === account.password
        ? `${CODE}${echo(form)}`
        : '<h1>Wrong password</h1>';
    if (pathname === '/in')
      return takes(form.get('code') ?? '') ? `${STATEMENT}${echo(form)}` : '<h1>Wrong code</h1>';
    return pathname === '/late' ? LATE : LOGIN;
  }
  const server = createServer((request, response) => void answer(request, response));
  server.on('upgrade', (request, socket) => {
    acceptSocket(request, socket);
    socket.on('data', ({ length }: Buffer) => {
      overSocket += length;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    codes,
    sent,
    get overSocket() {
      return overSocket;
    },
    forget() {
      last = 'nobody';
    },
    release: () => gate.resolve(),
    async [Symbol.asyncDispose]() {
      gate.resolve();
      server.closeAllConnections();
      server.close();
    },
  };
}

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
const LOGIN = `<form method="post" action="/code"><input id="user" name="user"><input id="password" name="password" type="password">
  <button id="next">Next</button></form><script>
  const socket = new WebSocket('ws://' + location.host);
  const open = new Promise((resolve) => { socket.onopen = resolve; });
  document.oninput = ({ target }) => open.then(() => socket.send(new TextEncoder().encode(target.value)));</script>`;
const CODE =
  '<form method="post" action="/in"><input id="code" name="code"><button id="in">In</button></form>';
const STATEMENT = `<h1>Statement</h1><table id="lines"><thead><tr><th>Article</th><th>Price</th></tr></thead><tbody>
  <tr><td>Pen ñ☃</td><td>$1,200.50</td></tr><tr><td>Ink "\\</td><td>$7</td></tr></tbody></table><p id="total">Total: $1,207.50</p>`;
/** Its text comes once `/gate` is answered. */
const LATE = `<script>fetch('/gate').then(() => { document.body.insertAdjacentHTML('beforeend', '<p id="late">it came</p>'); });</script>`;
/** What it was given, as it is and as scripts and servers write it. */
const echo = (form: URLSearchParams) =>
  [...form]
    .filter(([name]) => name !== 'user')
    .flatMap(([, value]) =>
      [value, Buffer.from(value).toString('base64'), encodeURIComponent(value), JSON.stringify(value)].map(
        (shown, at) => `<p class="echo" id="echo${at}">${escaped(shown)}</p>`,
      ),
    )
    .join('');
