/* I8, I10, I15: the proxy process serves the browsers of its runner alone, knows no secret, and ends with it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { isAlive } from '#shared/platform/process/identity.ts';
import { type Egress, startEgress } from '../../../../services/runner/egress/egress.ts';
import { eventually } from '../../../support/eventually.ts';
import { askForConnection } from '../../../support/servers/socks-client.ts';

const outer = { http: undefined, https: undefined, not: undefined };
const me = process.getuid?.();
const warnings: string[] = [];
const log = { warn: (_: object, message: string) => void warnings.push(message) };
const ignore = () => undefined;

let egress: Egress;
beforeAll(async () => {
  process.env.GHOSTLY_JWT_SECRET_OF_THIS_TEST = 'a secret';
  egress = await startEgress({ policy: '127.0.0.1', outer, log });
});
afterAll(async () => {
  delete process.env.GHOSTLY_JWT_SECRET_OF_THIS_TEST;
  await egress?.[Symbol.asyncDispose]();
});

async function listen(onConnection: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', ignore);
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

describe('the proxy process of a runner', () => {
  test('I10: has nothing of the environment of its runner, but where Node keeps what it has compiled', async () => {
    const environment = await readFile(`/proc/${egress.pid}/environ`, 'utf8');
    const names = environment.split('\0').map((entry) => entry.split('=')[0]);
    expect(names.filter((name) => name && name !== 'NODE_COMPILE_CACHE').sort()).toEqual([
      'NODE_CHANNEL_FD',
      'NODE_CHANNEL_SERIALIZATION_MODE',
      'UV_THREADPOOL_SIZE',
    ]);
  });

  test('I15: serves the user of its browser and nobody else on the machine', async () => {
    const { port } = await listen((socket) => socket.end('hello'));
    const mine = await egress.open(me, ignore);
    const others = await egress.open((me ?? 0) + 1, ignore);
    const { code, socket } = await askForConnection(mine.port, '127.0.0.1', port);
    expect(code).toBe(0);
    expect(String((await socket.toArray())[0])).toBe('hello');
    await expect(askForConnection(others.port, '127.0.0.1', port)).rejects.toThrow();
    mine.close();
    others.close();
  });

  test('I15: closes the connections of a browser with its gate', async () => {
    const { port } = await listen(ignore);
    const gate = await egress.open(me, ignore);
    const { socket } = await askForConnection(gate.port, '127.0.0.1', port);
    const closed = once(socket.resume(), 'close');
    gate.close();
    await closed;
    await expect(askForConnection(gate.port, '127.0.0.1', port)).rejects.toThrow();
  });

  test('I13: reads no more from a site than the page takes', async () => {
    let sent = 0;
    const chunk = Buffer.alloc(1 << 20);
    const { port } = await listen((socket) => {
      const flood = () => {
        while (socket.write(chunk)) sent += chunk.length;
        sent += chunk.length;
      };
      socket.on('drain', flood);
      flood();
    });
    const gate = await egress.open(me, ignore);
    const { socket } = await askForConnection(gate.port, '127.0.0.1', port);
    socket.pause();
    let last = -1;
    await eventually(
      () => {
        const before = last;
        last = sent;
        expect(sent).toBe(before);
      },
      { everyMs: 300 },
    );
    expect(sent).toBeLessThan(48 << 20);
    socket.destroy();
    gate.close();
  });

  test('I15: passes on the end of one side while the other still answers', async () => {
    const { port } = await listen((socket) => {
      let text = '';
      socket.on('data', (data) => {
        text += String(data);
      });
      socket.on('end', () => socket.end(`got ${text}`));
    });
    const gate = await egress.open(me, ignore);
    const { socket } = await askForConnection(gate.port, '127.0.0.1', port);
    socket.end('question');
    expect(Buffer.concat(await socket.toArray()).toString()).toBe('got question');
    gate.close();
  });

  test('I15: is started again with the same ports when it is killed', async () => {
    const { port } = await listen((socket) => socket.end('hello'));
    const gate = await egress.open(me, ignore);
    const killed = egress.pid as number;
    process.kill(killed, 'SIGKILL');
    await eventually(async () => {
      expect(egress.pid).not.toBe(killed);
      const { code, socket } = await askForConnection(gate.port, '127.0.0.1', port);
      socket.destroy();
      expect(code).toBe(0);
    });
    gate.close();
  });

  test('I15: a gate that is asked for while it starts again is one port, which closes with it', async () => {
    const killed = egress.pid as number;
    process.kill(killed, 'SIGKILL');
    await eventually(() => expect([undefined, killed]).not.toContain(egress.pid), { everyMs: 1 });
    const gate = await egress.open(me, ignore);
    // Whatever was asked before has been done by then.
    await (await egress.open(me, ignore)).why('127.0.0.1', 2);
    gate.close();
    await eventually(() => expect(askForConnection(gate.port, '127.0.0.1', 2)).rejects.toThrow());
  });

  test('a proxy that cannot be started is an error, and no end of the runner', async () => {
    const { execPath } = process;
    process.execPath = '/nowhere/node';
    try {
      await expect(startEgress({ policy: 'any', outer, log })).rejects.toThrow('ENOENT');
    } finally {
      process.execPath = execPath;
    }
  });

  test('I15: tells why a connection did not come about', async () => {
    const gate = await egress.open(me, ignore);
    expect((await askForConnection(gate.port, '10.0.0.5', 80)).code).not.toBe(0);
    expect((await askForConnection(gate.port, '127.0.0.1', 2)).code).not.toBe(0);
    expect(await gate.why('10.0.0.5', 80)).toMatchObject({ refused: true });
    expect(await gate.why('127.0.0.1', 2)).toEqual({ refused: false, text: 'net::ERR_CONNECTION_REFUSED' });
    expect(await gate.why('127.0.0.1', 3)).toBeUndefined();
    gate.close();
  });

  test('I8: ends with a runner that is killed', async () => {
    const runner: ChildProcess = fork(fileURLToPath(new URL('./killed-runner.ts', import.meta.url)), {
      execArgv: [],
    });
    const [pid] = (await once(runner, 'message')) as [number];
    expect(isAlive(pid)).toBe(true);
    runner.kill('SIGKILL');
    await eventually(() => expect(isAlive(pid)).toBe(false));
  });

  test('is gone when it was closed', async () => {
    const own = await startEgress({ policy: 'any', outer, log });
    const { pid } = own;
    await own[Symbol.asyncDispose]();
    expect(isAlive(pid as number)).toBe(false);
    expect(await readdir('/proc')).not.toContain(String(pid));
  });
});
