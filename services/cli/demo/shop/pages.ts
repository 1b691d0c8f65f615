import { PRODUCTS, type Product } from './products.ts';
import { STYLE } from './style.ts';

const ghost = (tint: string): string => `<svg viewBox="0 0 64 64" aria-hidden="true">
  <path fill="${tint}" d="M12 58V30a20 20 0 0 1 40 0v28l-7-6-6 6-7-6-7 6-6-6z"/>
  <circle cx="25" cy="30" r="4" fill="#fff"/><circle cx="40" cy="30" r="4" fill="#fff"/>
  <circle cx="26" cy="31" r="2" fill="#1e1b4b"/><circle cx="41" cy="31" r="2" fill="#1e1b4b"/></svg>`;

const layout = (title: string, items: number, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} · Boo &amp; Co.</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><header><a class="brand" href="/">Boo &amp; Co.</a><a href="/cart">Cart (${items})</a></header>
<main>${body}</main><footer>A sample shop for trying Ghostly. Nothing here is for sale.</footer></body></html>`;

export const homePage = (items: number): string =>
  layout(
    'Things that go bump',
    items,
    `<h1>Things that go bump</h1><div class="grid">${PRODUCTS.map(
      ({ slug, name, price, tint }) =>
        `<a class="card" href="/products/${slug}">${ghost(tint)}<strong>${name}</strong><span>€ ${price}</span></a>`,
    ).join('')}</div>`,
  );

export const productPage = ({ slug, name, price, tint, text }: Product, items: number): string =>
  layout(
    name,
    items,
    `<article class="product">${ghost(tint)}<div><h1>${name}</h1><p>${text}</p><p class="price">€ ${price}</p>
    <form method="post" action="/cart"><input type="hidden" name="product" value="${slug}"><button>Add to cart</button></form>
    </div></article>`,
  );

export const cartPage = (products: readonly Product[]): string => {
  const total = products.reduce((sum, { price }) => sum + price, 0);
  const rows = products.map(({ name, price }) => `<tr><td>${name}</td><td>€ ${price}</td></tr>`).join('');
  return layout(
    'Your cart',
    products.length,
    products.length === 0
      ? '<h1>Your cart</h1><p>There is nothing in it.</p><a class="button" href="/">Look around</a>'
      : `<h1>Your cart</h1><table>${rows}<tr class="total"><td>Total</td><td>€ ${total}</td></tr></table>
        <a class="button" href="/checkout">Check out</a>`,
  );
};

export const checkoutPage = (items: number): string =>
  layout(
    'Check out',
    items,
    `<h1>Check out</h1><form class="fields" method="post" action="/orders">
    <label>Name <input name="name" required></label>
    <label>E-mail <input name="email" type="email" required></label>
    <label>Delivery <select name="delivery"><option value="owl">By owl</option><option value="bat">By bat</option>
      <option value="wall">Through the wall</option></select></label>
    <label class="check"><input name="wrap" type="checkbox"> Wrap it in mist</label>
    <button>Place order</button></form>`,
  );

export const thanksPage = (): string =>
  layout('Thank you', 0, '<h1>Thank you!</h1><p>Your order is on its way. You will not hear it coming.</p>');

/** Polls without end: the parcel never becomes ready. */
export const warehousePage = (items: number): string =>
  layout(
    'Your order',
    items,
    `<h1>Waiting for the warehouse…</h1><div class="spinner"></div><p id="state">Asked <b id="times">0</b> times.</p>
    <script>
      let times = 0;
      const ask = async () => {
        const { ready } = await (await fetch('/warehouse/state')).json();
        document.getElementById('times').textContent = ++times;
        if (ready) document.querySelector('main').innerHTML = '<h1>Ready to ship</h1>';
        else setTimeout(ask, 500);
      };
      ask().catch(() => {}); // the shop has closed
    </script>`,
  );

export const missingPage = (items: number): string =>
  layout('Not here', items, '<h1>There is nothing here.</h1><p>Or is there?</p>');
