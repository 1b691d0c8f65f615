import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PaintingSite extends AsyncDisposable {
  url: string;
}

const page = (colour: string, body: string, script = '') =>
  `<!doctype html><title>${colour}</title><style>body { margin: 0; background: ${colour}; }</style><body>${body}<script>${script}</script>`;
const button = (id: string, script: string) => `<button id="${id}" onclick="${script}">${id}</button>`;
const PAINT = `const paint = (colour) => { document.body.style.background = colour; };`;

/** Pages of one colour each, which a picture of them shows. */
const PAGES: Record<string, string> = {
  '/red': page(
    'red',
    button('blue', "paint('blue')") +
      button(
        'burst',
        "for (let i = 0; i < 12; i++) setTimeout(() => paint(i % 2 ? 'yellow' : 'lime'), 10 * i); setTimeout(() => paint('blue'), 125)",
      ) +
      // Many frames that look alike, then another; it looks the same while it is clicked.
      `<div id="alike" onclick="setTimeout(alike, 200)">alike</div><div id="veil" style="opacity: 0.001">veil</div>` +
      button('popup', "window.open('/lime')") +
      button('alert', "alert('stay')") +
      button('loop', 'while (true);'),
    `${PAINT} let n = 0; const alike = () => { veil.style.background = n % 2 ? 'black' : 'white'; if (n++ < 30) requestAnimationFrame(alike); else paint('blue'); };`,
  ),
  '/lime': page('lime', ''),
  '/blue': page('blue', '<p>after</p>'),
  '/login': page(
    'red',
    '<form action="/blue"><input id="user"><input id="secret"><button id="go">go</button></form>',
  ),
  '/slow-login': page(
    'red',
    `<input id="secret" oninput="document.body.style.background = 'yellow'"><button id="clear" onclick="secret.value = ''">clear</button>`,
  ),
  '/echo': page('lime', '<p>your key is correct horse</p>'),
  '/animated': page(
    'red',
    '',
    `let hue = 0; const turn = () => { document.body.style.background = 'hsl(' + (hue++ % 360) + ' 100% 50%)'; requestAnimationFrame(turn); }; turn();`,
  ),
  /** No picture of it can be made small. */
  '/noise': page(
    'red',
    '<canvas id="c" width="1280" height="720"></canvas>',
    `const g = c.getContext('2d'); const image = g.createImageData(1280, 720); const words = new Uint32Array(image.data.buffer);
let x = 1; const turn = () => { for (let i = 0; i < words.length; i += 1) { x ^= x << 13; x ^= x >>> 17; x ^= x << 5; words[i] = x | 0xff000000; }
g.putImageData(image, 0, 0); requestAnimationFrame(turn); }; turn();`,
  ),
};

export async function startPaintingSite(): Promise<PaintingSite> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    response.writeHead(pathname in PAGES ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
    response.end(PAGES[pathname] ?? 'none');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
