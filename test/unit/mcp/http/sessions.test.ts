/* I13: a user with too many MCP sessions loses its own idle ones, and no other user does. */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from 'vitest';
import { createClient } from '#shared/api/client/index.ts';
import { createAccess } from '../../../../services/mcp/access.ts';
import { createCalls } from '../../../../services/mcp/calls.ts';
import { openSession } from '../../../../services/mcp/http/session.ts';
import { createSessions, type McpSessions } from '../../../../services/mcp/http/sessions.ts';
import { createMcpServer } from '../../../../services/mcp/server.ts';

const LIMITS = { all: 3, perUser: 2, idleMs: 60_000 };

/** A session of this user, that nobody uses; not yet one of them. */
async function sessionOf(userId: string, sessions: McpSessions) {
  const apiKey = randomUUID();
  const client = createClient({ url: 'http://127.0.0.1:9', apiKey });
  const deps = {
    client,
    access: createAccess(client),
    calls: createCalls(),
    stopping: new AbortController().signal,
    say: () => undefined,
  };
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const session = await openSession({
    userId,
    keyHash: createHash('sha256').update(apiKey).digest(),
    server: createMcpServer(deps),
    onAnswered: () => undefined,
    onClose: () => {
      sessions.remove(session.id);
      resolve();
    },
  });
  return { session, closed };
}

test('I13: with too many of one user, whatever their keys, its own longest idle session makes room', async () => {
  let time = 0;
  const sessions = createSessions(LIMITS, () => time++);
  const [first, second, third] = [
    await sessionOf('a', sessions),
    await sessionOf('a', sessions),
    await sessionOf('a', sessions),
  ];
  expect([sessions.add(first.session), sessions.add(second.session)]).toEqual([true, true]);
  sessions.touch(first.session.id);
  expect(sessions.add(third.session)).toBe(true);
  await second.closed;
  expect(sessions.find(second.session.id)).toBeUndefined();
  expect(sessions.find(first.session.id)).toBe(first.session);
  await sessions.closeAll();
});

test('there are at most as many as all may have', async () => {
  const sessions = createSessions(LIMITS, () => 0);
  for (const user of ['a', 'b', 'c'])
    expect(sessions.add((await sessionOf(user, sessions)).session)).toBe(true);
  const more = await sessionOf('d', sessions);
  expect(sessions.add(more.session)).toBe(false);
  await more.session.close();
  await sessions.closeAll();
});

test('one that is idle for too long ends', async () => {
  const sessions = createSessions({ ...LIMITS, idleMs: 20 }, () => 0);
  const { session, closed } = await sessionOf('a', sessions);
  sessions.add(session);
  await closed;
  expect(sessions.find(session.id)).toBeUndefined();
});

test('one whose caller has gone before it was handed over is idle', async () => {
  const sessions = createSessions(LIMITS, () => 0);
  const { session } = await sessionOf('a', sessions);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const caller = connect((server.address() as AddressInfo).port, '127.0.0.1');
  caller.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [request, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  caller.destroy();
  await once(response, 'close');
  await session.handle(request, response, { jsonrpc: '2.0', id: 1, method: 'ping' });
  expect(session.open).toBe(0);
  await session.close();
  server.close();
});
