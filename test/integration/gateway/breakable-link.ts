import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP link to a server that can be cut, held up and mended, as a network can. */
export async function linkTo(target: URL) {
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'held' = 'open';
  let doomed: string | undefined;
  const server = createServer((near) => {
    keep(near);
    if (state === 'cut') return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    keep(far);
    if (state === 'held') return;
    near.on('data', (sent: Buffer) => {
      if (doomed === undefined || !sent.includes(doomed)) return;
      doomed = undefined;
      far.unpipe(near);
      far.once('data', () => near.destroy()).resume();
    });
    near.pipe(far).pipe(near);
  });
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const dropAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut() {
      state = 'cut';
      dropAll();
    },
    /** Connections stay, but nothing comes through. */
    hold() {
      state = 'held';
      for (const socket of sockets) socket.unpipe().pause();
    },
    /** What comes next with this text in it still arrives, but its answer is lost, and the connection with it. */
    loseAnswerTo(text: string) {
      doomed = text;
    },
    mend() {
      state = 'open';
      dropAll();
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      dropAll();
      await closed;
    },
  };
}
