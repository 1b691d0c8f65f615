/* A supervisor that is asked to stop leaves in time, also where the database is slow. */
import { setTimeout as passes } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startFaultProxy } from '../../support/servers/fault-proxy/fault-proxy.ts';
import { createStack } from '../../support/stack/stack.ts';

const ANSWER_MS = 800;
/** What it does once, at its start, is done by then; and later each of its loops has a turn under way, or waits for one. */
const WORKS_FOR_MS = 2_500;

test('a supervisor that is asked to stop begins nothing new, and leaves in time also where each answer of the database takes 0.8 s', async () => {
  const stack = await createStack();
  await using postgres = await startFaultProxy(stack.databaseUrl);
  const supervisor = await stack.start('supervisor', { DATABASE_URL: postgres.url });
  await supervisor.logged('"msg":"leading"');
  await passes(WORKS_FOR_MS);
  postgres.delay(ANSWER_MS / 2);
  await passes(WORKS_FOR_MS);
  supervisor.signal('SIGTERM');
  expect(await supervisor.exited).toEqual({ code: 0, signal: null });
  expect(supervisor.lines.at(-1)).toContain('"msg":"stopping"');
});
