import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ChangingSite extends AsyncDisposable {
  url: string;
  /** Its payments fail from then on. */
  breakPayments(): void;
}

const style = (colour: string) =>
  `<style>body { background: ${colour}; font: 20px sans-serif; padding: 40px }</style>`;
const HOME = `<!doctype html><title>Shop</title>${style('#fff')}<h1>Shop</h1><a id="basket" href="/basket">Basket</a>`;
const BASKET = `<!doctype html><title>Basket</title>${style('#e8f5e9')}<h1>Your basket</h1><button id="pay">Pay</button>`;
const BROKEN = `<!doctype html><title>Sorry</title>${style('#ffebee')}<h1>Sorry</h1>
<script>console.error('order ' + Date.now() + ': no payments')</script>`;

/** A shop that works, until its basket answers 500 with an error in its console and no button. */
export async function startChangingSite(): Promise<ChangingSite> {
  let isBroken = false;
  const server = createServer((request, response) => {
    const isBasket = request.url === '/basket';
    response.writeHead(isBasket && isBroken ? 500 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(isBasket ? (isBroken ? BROKEN : BASKET) : HOME);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakPayments() {
      isBroken = true;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.closeAllConnections();
      server.close();
      await closed;
    },
  };
}
