/* I11, I13: the MCP server refuses strangers, foreign pages and huge messages, and a session is its key's alone. */
import { describe, expect, test } from 'vitest';
import { overHttp } from '../../support/agents/agent.ts';
import { startHttpServer } from '../../support/agents/http-server.ts';
import { begin, headersOf, INITIALIZE, type Sent, sendTo } from '../../support/agents/raw-http.ts';
import { useAgents } from '../../support/agents/use-agents.ts';
import { everyNth, extendedOnly } from '../../support/share.ts';

const { bench, ended, http, keyWith, waiting } = useAgents();

const send = (sent: Sent) => sendTo(http.server.url, sent);

describe('over HTTP', () => {
  test.each([
    ['without a key', {}, 401, 'Authorization: Bearer'],
    ['of a page that has its name resolve to the server', { host: 'evil.example' }, 421, 'Host'],
    ['of a page of another site', { origin: 'https://evil.example' }, 403, 'origin'],
    ['of a page of a bare address', { origin: 'http://203.0.113.7' }, 403, 'origin'],
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

  extendedOnly(() => {
    test('what began no session takes no place from those that are open', async () => {
      const own = headersOf(await keyWith('runs:read'));
      const { session } = await send({ headers: own, body: INITIALIZE });
      const headers = { ...own, accept: 'application/json' };
      for (let one = 0; one < 50; one += 1)
        expect(await send({ headers, body: INITIALIZE })).toMatchObject({ status: 406 });
      const body = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
      const listed = await send({ headers: { ...own, 'mcp-session-id': session }, body });
      expect(listed).toMatchObject({ status: 200 });
    });
  });

  test('I13: several messages in one body are refused before they are parsed', async () => {
    const own = headersOf(bench.stack.apiKey);
    const { session } = await send({ headers: own, body: INITIALIZE });
    const headers = { ...own, 'mcp-session-id': session };
    const ping = { jsonrpc: '2.0', id: 'one', method: 'ping' };
    for (const body of [
      [ping],
      [ping, { ...ping, id: 'other' }],
      Array.from({ length: 150_000 }, () => ({})),
    ]) {
      const reply = await send({ headers, body });
      expect(reply.status).toBe(400);
      expect(JSON.parse(reply.text).error.message).toContain('One message at a time');
    }
    expect(await send({ headers, body: ping })).toMatchObject({ status: 200 });
  });

  test.each([
    ['nested too deeply', 400, () => ({ params: JSON.parse('['.repeat(300) + ']'.repeat(300)) as unknown })],
    ['of too many values', 413, () => ({ params: { _meta: Array.from({ length: 30_000 }, () => 0) } })],
  ])('I13: a message %s is refused', async (_, status, more) => {
    const body = { ...INITIALIZE, ...more() };
    expect(await send({ headers: headersOf(bench.stack.apiKey), body })).toMatchObject({ status });
  });

  test('I13: nothing is read of the body of a caller that is not known', async () => {
    const stranger = headersOf(`gly_${'x'.repeat(40)}`);
    const own = headersOf(bench.stack.apiKey, { 'mcp-session-id': 'none' });
    for (const [headers, status] of [
      [stranger, 401],
      [{ ...stranger, 'mcp-session-id': 'none' }, 404],
      [own, 404],
    ] as const)
      expect(await begin(http.server.url, headers), JSON.stringify(headers)).toBe(status);
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

  test.each<[string, NodeJS.Signals[]]>(
    everyNth(2, [
      ['once', ['SIGTERM']],
      // Ctrl-C reaches the server, and npx passes it on as well.
      ['twice at once', ['SIGINT', 'SIGTERM']],
    ]),
  )('a server that is asked to stop %s answers its open calls before it goes', async (_, signals) => {
    const server = await startHttpServer(bench);
    const agent = await overHttp(server.url, bench.stack.apiKey);
    const call = agent.begin('run_flow', waiting());
    const id = await call.runId;
    await call.reported('step 2 begins');
    const stopped = server.stop(...signals);
    const { text, isError, data } = await call.answer;
    expect(data).toMatchObject({ id, run: { stepsExecuted: 1 } });
    expect({ text, isError }).toMatchObject({
      text: expect.stringContaining(`This MCP server is stopping. Run ${id} goes on`),
      isError: false,
    });
    expect(await stopped).toBe(0);
    expect(server.lines.slice(1)).toEqual([]);
    await agent.close();
    const run = await bench.client.read(id);
    expect(run).toMatchObject({ status: 'running' });
    expect(run.cancel).toBeUndefined();
    await bench.client.cancel(id);
  });
});
