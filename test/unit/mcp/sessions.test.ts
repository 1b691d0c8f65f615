import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createClient } from '#shared/client/index.ts';
import { createAccess } from '../../../services/mcp/access.ts';
import { createCalls } from '../../../services/mcp/calls.ts';
import { openSession } from '../../../services/mcp/http/session.ts';
import { createSessions, type Sessions } from '../../../services/mcp/http/sessions.ts';
import { createMcpServer } from '../../../services/mcp/server.ts';

const LIMITS = { all: 3, perKey: 2, idleMs: 60_000 };
const keyHashOf = (key: string) => createHash('sha256').update(key).digest();

/** A session of this key, that nobody uses; not yet one of them. */
async function sessionOf(key: string, sessions: Sessions) {
  const client = createClient({ url: 'http://127.0.0.1:9', apiKey: key });
  const deps = { client, access: createAccess(client), calls: createCalls(), say: () => undefined };
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const session = await openSession({
    keyHash: keyHashOf(key),
    server: createMcpServer(deps),
    onAnswered: () => undefined,
    onClose: () => {
      sessions.remove(session.id);
      resolve();
    },
  });
  return { session, closed };
}

test('I13: with too many of one key its own longest idle session makes room', async () => {
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
  for (const key of ['a', 'b', 'c'])
    expect(sessions.add((await sessionOf(key, sessions)).session)).toBe(true);
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
