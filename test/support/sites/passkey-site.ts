/* A site that one logs in to with a passkey, which its page makes. It is asked as `localhost`, which may have passkeys. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const SCRIPT = `
const bytes = (text) => new TextEncoder().encode(text);
const say = (text) => { document.querySelector('#said').textContent = text; };
async function make() {
  const made = await navigator.credentials.create({ publicKey: {
    challenge: bytes('challenge'), rp: { name: 'Site', id: 'localhost' }, user: { id: bytes('ann'), name: 'ann', displayName: 'Ann' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }], authenticatorSelection: { residentKey: 'required' } } });
  say('made ' + made.type);
}
async function use() {
  try {
    const used = await navigator.credentials.get({ publicKey: { challenge: bytes('challenge'), rpId: 'localhost', timeout: 2000 } });
    say('used by ' + new TextDecoder().decode(used.response.userHandle));
  } catch (error) { say('refused: ' + error.name); }
}`;
const PAGE = `<!doctype html><title>Passkeys</title><p id="said"></p>
<button id="make" onclick="make()">Make</button><button id="use" onclick="use()">Use</button><script>${SCRIPT}</script>`;

export async function startPasskeySite() {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(PAGE);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
