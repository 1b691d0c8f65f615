import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { overHttp } from './agent.ts';
import { startHttpServer } from './http-server.ts';
import { useAgents } from './use-agents.ts';

const { bench, ended, http, keyWith, waiting } = useAgents();

interface Sent {
  headers: Record<string, string>;
  body?: unknown;
  method?: string;
  path?: string;
}

/** A request as no browser would let a page send it. */
function send({
  headers,
  body,
  method = 'POST',
  path = '/mcp',
}: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(http.server.url);
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      );
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};
const headersOf = (apiKey: string, more: Record<string, string> = {}) => ({
  authorization: `Bearer ${apiKey}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  ...more,
});

describe('over HTTP', () => {
  test.each([
    ['without a key', {}, 401, 'Authorization: Bearer'],
    ['of a page that has its name resolve to the server', { host: 'evil.example' }, 421, 'Host'],
    ['of a page of another site', { origin: 'https://evil.example' }, 403, 'origin'],
  ])('a request %s is refused', async (_, more, status, words) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...more,
    };
    const reply = await send({ headers, body: INITIALIZE });
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.text).error.message).toContain(words);
  });

  test('a body that is no JSON, or too large, is refused, and another path, too', async () => {
    const headers = headersOf(bench.stack.apiKey);
    expect(await send({ headers, body: 'x'.repeat(3_000_000) })).toMatchObject({ status: 413 });
    expect(await send({ headers })).toMatchObject({ status: 400 });
    expect(await send({ headers, path: '/', body: INITIALIZE })).toMatchObject({ status: 404 });
    expect(await send({ headers, body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } })).toMatchObject({
      status: 400,
    });
  });

  test('I11: a session is of the key that began it', async () => {
    const agent = await overHttp(http.server.url, bench.stack.apiKey);
    const id = String((agent.client.transport as { sessionId?: string }).sessionId);
    const list = { jsonrpc: '2.0', id: 7, method: 'tools/list' };
    const other = headersOf(await keyWith('runs:read'), { 'mcp-session-id': id });
    expect(await send({ headers: other, body: list })).toMatchObject({ status: 404 });
    const own = headersOf(bench.stack.apiKey, { 'mcp-session-id': id });
    expect(await send({ headers: own, body: list })).toMatchObject({ status: 200 });

    // Its caller ends it.
    expect(await send({ headers: own, method: 'DELETE' })).toMatchObject({ status: 200 });
    expect(await send({ headers: own, body: list })).toMatchObject({ status: 404 });
    await agent.close();
  });

  test('a caller that goes away cancels the runs of its calls', async () => {
    const agent = await overHttp(http.server.url, bench.stack.apiKey);
    const call = agent.begin('run_flow', waiting());
    const id = await call.runId;
    const failed = expect(call.answer).rejects.toThrow();
    await agent.close();
    await failed;
    expect((await ended(id)).cancel).toMatchObject({
      reason: 'its MCP call was cancelled: the connection of the call was closed',
    });
  });

  test('a server that is asked to stop cancels the runs of its calls before it goes', async () => {
    const server = await startHttpServer(bench);
    const agent = await overHttp(server.url, bench.stack.apiKey);
    const call = agent.begin('run_flow', waiting());
    const id = await call.runId;
    const failed = call.answer.catch((error: unknown) => error);
    expect(await server.stop()).toBe(0);
    // Recorded by now; its runner may still be closing the page.
    expect((await bench.client.read(id)).cancel).toMatchObject({ source: 'user' });
    await agent.close();
    expect(await failed).toBeInstanceOf(Error);
    await ended(id);
  });
});
