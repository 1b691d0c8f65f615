/* I15, I16: a connection goes only to an address that the policy allows; a failed look-up is no refusal. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNames } from '#shared/adapters/egress/names.ts';
import { connectOut, NotConnected } from '#shared/adapters/egress/outgoing.ts';
import { readEgressPolicy } from '#shared/platform/config/egress/policy.ts';
import { startOuterProxy } from '../../../support/servers/outer-proxy.ts';

const NO_PROXIES = { http: undefined, https: undefined, not: undefined };
const PORT = 1;

/** One port that answers at several addresses of loopback with the address that was connected to. */
let port = 0;
const servers: Server[] = [];

beforeAll(async () => {
  for (const host of ['127.0.0.1', '127.0.0.2', '127.0.0.5']) {
    const server = createServer((_, response) => void response.end(host)).listen(port, host);
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    servers.push(server);
  }
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** What answers there, or why nothing does. */
async function reached(
  host: string,
  policy: string,
  lookup: (name: string) => Promise<string[]>,
  more: {
    port?: number;
    outer?: typeof NO_PROXIES | { http: string; https: undefined; not: string | undefined };
  } = {},
): Promise<string> {
  let socket: Socket;
  try {
    socket = await connectOut(
      { host, port: more.port ?? port },
      {
        policy: readEgressPolicy(policy),
        outer: more.outer ?? NO_PROXIES,
        lookup: createNames(lookup, () => 0)(),
        isOwnPort: (candidate) => candidate === PORT,
      },
    );
  } catch (error) {
    if (error instanceof NotConnected) return error.message;
    throw error;
  }
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text.split('\r\n\r\n')[1] ?? '';
}

const always =
  (...addresses: string[]) =>
  async () =>
    addresses;
const refuses = (host: string) => expect.stringContaining(`does not allow ${host}`);

describe('I15: names', () => {
  test('are not even looked up where only others are allowed', async () => {
    const asked: string[] = [];
    const lookup = async (name: string) => {
      asked.push(name);
      return ['127.0.0.1'];
    };
    expect(await reached('secret.evil.test', 'app.test,10.0.0.5:443', lookup)).toEqual(
      refuses('secret.evil.test'),
    );
    expect(asked).toEqual([]);
    expect(await reached('app.test', 'app.test', lookup)).toBe('127.0.0.1');
    expect(asked).toEqual(['app.test']);
  });

  test('are looked up once for a connection, which goes to the address that was judged', async () => {
    let asked = 0;
    const rebinding = async () => (++asked === 1 ? ['127.0.0.1'] : ['127.0.0.5']);
    expect(await reached('site.test', '127.0.0.1', rebinding)).toContain('127.0.0.1');
    expect(asked).toBe(1);
    expect(await reached('site.test', '127.0.0.1', rebinding)).toEqual(refuses('site.test'));
  });

  test('of several addresses are connected to by the allowed ones only', async () => {
    expect(await reached('a.test', '127.0.0.2', always('127.0.0.5', '127.0.0.2'))).toContain('127.0.0.2');
  });

  test('that are allowed by themselves may lead anywhere but to what is never allowed', async () => {
    expect(await reached('a.test', 'public,a.test', always('127.0.0.5'))).toContain('127.0.0.5');
    expect(await reached('a.test', 'any,a.test', always('169.254.169.254'))).toEqual(refuses('a.test'));
    expect(await reached('b.test', 'public,a.test', always('127.0.0.5'))).toEqual(refuses('b.test'));
  });

  test.each([
    ['leads to an address that is not allowed', always('10.20.30.40')],
    ['leads to one that never is', always('169.254.169.254')],
    ['does not exist', () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))],
  ])('are refused in the same words if one %s, which is not said', async (_, lookup) => {
    expect(await reached('Intranet.Test.', 'public', lookup)).toBe(
      'the egress policy of this Ghostly (public) does not allow intranet.test, or there is no such name',
    );
  });

  test('that cannot be looked up now are no matter of the policy (I16)', async () => {
    const unanswered = () => Promise.reject(Object.assign(new Error('no answer'), { code: 'EAI_AGAIN' }));
    for (const policy of ['any', 'public', 'a.test'])
      expect(await reached('a.test', policy, unanswered)).toBe('net::ERR_NAME_RESOLUTION_FAILED');
  });

  test('that do not exist are said not to where the policy has no address to hide (I16)', async () => {
    const unknown = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    for (const policy of ['any', 'public,private,loopback,any'])
      expect(await reached('a.test', policy, unknown)).toBe('net::ERR_NAME_NOT_RESOLVED');
    for (const policy of ['public,private,loopback', 'a.test', '0.0.0.0/0'])
      expect(await reached('a.test', policy, unknown)).toEqual(refuses('a.test'));
  });

  test('localhost and what ends in it are this machine, whatever a name server says', async () => {
    expect(await reached('localhost', 'loopback', always('10.0.0.5'))).toContain('127.0.0.1');
    expect(await reached('app.localhost', 'public', always('1.1.1.1'))).toEqual(refuses('app.localhost'));
  });

  test('that resolve in other spellings are judged by what they mean', async () => {
    for (const spelling of ['::ffff:127.0.0.5', '::ffff:7f00:5'])
      expect(await reached('a.test', '127.0.0.1', always(spelling))).toEqual(refuses('a.test'));
    expect(await reached('a.test', '127.0.0.5', always('::ffff:127.0.0.5'))).toContain('127.0.0.5');
  });

  test('slow ones of one browser do not hold up those of another', async () => {
    const slow = Promise.withResolvers<string[]>();
    const names = createNames((name) => (name.startsWith('slow') ? slow.promise : always('127.0.0.1')()));
    const [one, other] = [names(), names()];
    const waiting = Array.from({ length: 100 }, (_, index) => one(`slow-${index}.test`));
    expect(await other('quick.test')).toEqual(['127.0.0.1']);
    slow.resolve([]);
    await Promise.all(waiting);
  });
});

test('I15: the ports of the proxy are no addresses that a flow reaches, by whatever name', async () => {
  for (const address of ['127.0.0.1', '0.0.0.0', '::1', '::ffff:127.0.0.1', '127.0.0.9'])
    expect(await reached('a.test', 'any', always(address), { port: PORT })).toEqual(refuses('a.test'));
});

describe('I15: behind an outer proxy', () => {
  test('what the policy allows goes through it by name, loopback and exceptions do not', async () => {
    await using outer = await startOuterProxy(port);
    const through = { outer: { http: outer.url, https: undefined, not: 'direct.test' } };
    const nearby = always('127.0.0.2');
    expect(await reached('far.test', 'any', always('203.0.113.7'), through)).toContain('127.0.0.1');
    expect(outer.asked).toEqual([{ authority: `far.test:${port}`, signIn: 'Basic dTpw' }]);
    expect(await reached('x.test', 'any', nearby, through)).toContain('127.0.0.2');
    expect(outer.asked).toHaveLength(1);
  });

  test('the policy is judged first, also where only the outer proxy knows the name', async () => {
    await using outer = await startOuterProxy(port);
    const through = { outer: { http: outer.url, https: undefined, not: undefined } };
    expect(await reached('a.test', 'public', always('10.0.0.5'), through)).toEqual(refuses('a.test'));
    expect(outer.asked).toEqual([]);
    const unknown = async () => {
      throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' });
    };
    expect(await reached('a.test', 'public', unknown, through)).toContain('127.0.0.1');
    expect(await reached('a.test', '10.0.0.0/8,b.test', unknown, through)).toEqual(refuses('a.test'));
  });
});
