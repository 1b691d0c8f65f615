/*
 * A thread with a WebSocket server, so that what a page floods it with, or is flooded with, does not take the test's
 * own time: `/drink` swallows whatever comes, `/pour` sends one-byte messages as fast as they are taken.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { parentPort } from 'node:worker_threads';

const WEBSOCKET = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const MESSAGE = Buffer.from([0x81, 1, 0x78]);
const MANY = Buffer.concat(Array.from({ length: 1_000 }, () => MESSAGE));

const server = createServer();
server.on('upgrade', ({ url, headers }, socket) => {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${WEBSOCKET}`).digest('base64');
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  if (url === '/pour') pour(socket);
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));

function pour(socket: Duplex): void {
  const more = () => {
    let taken = true;
    for (let i = 0; taken && i < 100 && !socket.destroyed; i += 1) taken = socket.write(MANY);
    if (taken) setImmediate(more);
  };
  socket.on('drain', more);
  more();
}
