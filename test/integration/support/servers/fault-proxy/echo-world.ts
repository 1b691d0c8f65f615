import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { afterEach, beforeEach, expect } from 'vitest';
import { eventually } from '../../../../support/eventually.ts';
import { type FaultProxy, startFaultProxy } from '../../../../support/servers/fault-proxy/fault-proxy.ts';

/** A server that answers each byte sequence by the same in capitals, and remembers what it got and how it was left. */
async function startEcho() {
  const sessions: Side[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const session: Side = { got: '', end: 'open', socket };
    sessions.push(session);
    socket.on('data', (bytes) => {
      session.got += bytes.toString();
      socket.write(bytes.toString().toUpperCase());
    });
    socket.on('end', () => {
      session.end = 'fin';
      socket.end();
    });
    socket.on('error', () => {
      session.end = 'rst';
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    sessions,
    url: new URL(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const { socket } of sessions) socket.destroy();
      await closed;
    },
  };
}

interface Side {
  got: string;
  end: 'open' | 'fin' | 'rst';
  socket: Socket;
}

/** For each test a server that echoes, and a proxy before it. */
export function useEcho() {
  let echo: Awaited<ReturnType<typeof startEcho>>;
  let proxy: FaultProxy;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    echo = await startEcho();
    proxy = await startFaultProxy(echo.url);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await proxy[Symbol.asyncDispose]();
    await echo.close();
  });

  /** A client with what it got, and how it was left. */
  async function dial() {
    const socket = new Socket({ allowHalfOpen: true });
    sockets.push(socket);
    const client: Side & { send(text: string): boolean } = {
      got: '',
      end: 'open',
      socket,
      send: (text: string) => socket.write(text),
    };
    socket.on('data', (bytes) => {
      client.got += bytes.toString();
    });
    socket.on('end', () => {
      client.end = 'fin';
    });
    socket.on('error', () => {
      client.end = 'rst';
    });
    socket.connect(proxy.port, '127.0.0.1');
    // A refusal may come before.
    await Promise.race([
      once(socket, 'connect'),
      new Promise((resolve) => socket.once('close', resolve)),
    ]).catch(() => undefined);
    return client;
  }
  const gets = (client: Side, text: string) =>
    eventually(() => expect(client.got).toBe(text), { everyMs: 5 });
  const left = (side: Side, how: string) => eventually(() => expect(side.end).toBe(how), { everyMs: 5 });
  async function talking() {
    const client = await dial();
    client.send('a');
    await gets(client, 'A');
    const session = echo.sessions.at(-1)!;
    return { client, session };
  }
  /** That nothing comes cannot be awaited: the way there and back through another connection takes longer. */
  async function nothingComes(side: { got: string }, got: string) {
    const other = await startFaultProxy(echo.url);
    const socket = new Socket();
    socket.connect(other.port, '127.0.0.1');
    for (let n = 0; n < 5; n += 1) {
      socket.write('x');
      await once(socket, 'data');
    }
    socket.destroy();
    await other[Symbol.asyncDispose]();
    expect(side.got).toBe(got);
  }

  return {
    dial,
    talking,
    gets,
    left,
    nothingComes,
    get echo() {
      return echo;
    },
    get proxy() {
      return proxy;
    },
  };
}
