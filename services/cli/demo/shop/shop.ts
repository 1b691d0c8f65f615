/*
 * A small shop for flows to visit. Owns its server and the connections to it; a cart lives in the visitor's cookie.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as page from './pages.ts';
import { findProduct, type Product } from './products.ts';

export type Shop = AsyncDisposable & {
  /** The URL of the shop, without a trailing slash. */
  url: string;
};

const FULL_CART = 50;
const LONGEST_FORM = 16_384;

/** Serves the shop on 127.0.0.1; port 0 is any free one. Rejects with EADDRINUSE where another one listens. */
export const openShop = async (port: number): Promise<Shop> => {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const path = (request.url ?? '/').split('?')[0]!;
  const cart = cartOf(request);
  if (request.method === 'POST') {
    const form = new URLSearchParams(await readForm(request));
    if (path === '/cart') return redirect(response, '/cart', [...cart, form.get('product') ?? '']);
    if (path === '/orders') return redirect(response, '/thanks', []);
  } else if (path === '/warehouse/state') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"ready":false}');
    return;
  }
  const body = request.method === 'GET' ? pageAt(path, cart) : undefined;
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(body ?? page.missingPage(cart.length));
};

const PAGES: Record<string, (cart: readonly string[]) => string> = {
  '/': (cart) => page.homePage(cart.length),
  '/cart': (cart) =>
    page.cartPage(cart.map(findProduct).filter((product): product is Product => product !== undefined)),
  '/checkout': (cart) => page.checkoutPage(cart.length),
  '/thanks': page.thanksPage,
  '/warehouse': (cart) => page.warehousePage(cart.length),
};

const pageAt = (path: string, cart: readonly string[]): string | undefined => {
  const product = path.startsWith('/products/') ? findProduct(path.slice('/products/'.length)) : undefined;
  if (product !== undefined) return page.productPage(product, cart.length);
  return Object.hasOwn(PAGES, path) ? PAGES[path]?.(cart) : undefined;
};

const cartOf = (request: IncomingMessage): string[] => {
  const [, slugs = ''] = /(?:^|;\s*)cart=([a-z.]*)/.exec(request.headers.cookie ?? '') ?? [];
  return slugs.split('.').filter((slug) => findProduct(slug) !== undefined);
};

const redirect = (response: ServerResponse, to: string, cart: readonly string[]): void => {
  const kept = cart.filter((slug) => findProduct(slug) !== undefined).slice(-FULL_CART);
  response.writeHead(303, { location: to, 'set-cookie': `cart=${kept.join('.')}; Path=/; HttpOnly` });
  response.end();
};

const readForm = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > LONGEST_FORM) throw new Error('too long a form');
  }
  return text;
};
