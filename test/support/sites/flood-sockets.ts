/*
 * A thread with a WebSocket server, so that what a page floods it with, or is flooded with, does not take the test's
 * own time: `/drink` swallows whatever comes, `/pour` sends one-byte messages as fast as they are taken.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { acceptSocket } from './accept-socket.ts';

const MESSAGE = Buffer.from([0x81, 1, 0x78]);
const MANY = Buffer.concat(Array.from({ length: 1_000 }, () => MESSAGE));

const server = createServer();
server.on('upgrade', (request, socket) => {
  acceptSocket(request, socket);
  if (request.url === '/pour') pour(socket);
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
