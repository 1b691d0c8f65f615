import { describe, expect, test } from 'vitest';
import { freePort } from '../../../services/cli/local/process/free-port.ts';
import { useAgents } from '../../support/agents/use-agents.ts';
import { initialized, startRawServer } from './raw-stdio.ts';

const { bench, ended, runWith, waiting } = useAgents();

describe('a server over stdio', () => {
  test('I3: hears of a cancel also from a client that does not read its messages', async () => {
    await using server = await initialized(startRawServer(bench));
    server.process.stdout!.pause();
    // More than the pipe between them takes.
    for (let id = 100; id < 120; id += 1) server.send({ jsonrpc: '2.0', id, method: 'tools/list' });
    const contextId = 'nobody reads';
    server.send({
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: {
        name: 'run_flow',
        arguments: { ...waiting(), contextId },
        _meta: { progressToken: 2 },
      },
    });
    const id = await runWith(contextId);
    const params = { requestId: 2, reason: 'enough' };
    server.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
    expect((await ended(id)).cancel).toMatchObject({ source: 'user' });
  });

  test('ends when its client sends a message that is larger than any', async () => {
    await using server = await initialized(startRawServer(bench));
    server.process.stdin!.on('error', () => undefined).write('x'.repeat(11 * 1_048_576));
    expect(await server.exited).toBe(0);
  });

  test('serves a client that does not listen to its stderr', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await using server = startRawServer(bench, url);
    // It will say that the gateway is out of reach.
    server.process.stderr!.destroy();
    await initialized(server);
    const answer = server.answered();
    server.send({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    expect(await answer).toContain('run_flow');
  });
});
