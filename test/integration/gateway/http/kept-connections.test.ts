/* A connection is kept for longer than load balancers keep theirs. */
import { Agent, get, type IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { useGateway } from '../fixture.ts';

const gateway = await useGateway();

it('a connection is kept for longer than load balancers keep theirs, and for further requests', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const read = () =>
    new Promise<{ keepAlive: string; reused: boolean }>((resolve, reject) => {
      const request = get(`${gateway.url}/health`, { agent }, (answer: IncomingMessage) => {
        const keepAlive = String(answer.headers['keep-alive']);
        answer.resume().on('end', () => resolve({ keepAlive, reused: request.reusedSocket }));
      }).on('error', reject);
    });
  try {
    expect(await read()).toEqual({ keepAlive: 'timeout=75', reused: false });
    expect(await read()).toEqual({ keepAlive: 'timeout=75', reused: true });
  } finally {
    agent.destroy();
  }
});
