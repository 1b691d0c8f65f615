import { describe, expect, test } from 'vitest';
import { freePort } from '../../../services/cli/local/process/free-port.ts';
import { overHttp, overStdio } from '../../support/agents/agent.ts';
import { useAgents } from '../../support/agents/use-agents.ts';
import { addMember, addViewer, adminByToken } from '../../support/database/members.ts';
import { extendedOnly } from '../../support/share.ts';

const { bench, flow, http, keyWith, waiting } = useAgents();

describe('I11: the scopes of the key', () => {
  test('decide what is offered: with a key that only reads nothing can be started or cancelled', async () => {
    const apiKey = await keyWith('runs:read');
    await using agent = await overStdio(bench, { apiKey });
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'watch_run',
      'get_run',
      'screenshot',
      'receipt',
      'list_runs',
      'list_flows',
    ]);
    const { isError, text } = await agent.run(flow({ action: 'goto', url: '/plain' }));
    expect(isError).toBe(true);
    expect(text).toContain('it lacks the scope runs:write');
    expect((await agent.call('list_runs')).isError).toBe(false);
  });

  test('a key that only starts gets the id of the run, over HTTP', async () => {
    await using agent = await overHttp(http.server.url, await keyWith('runs:write'));
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['run_flow', 'answer_run']);
    expect(await agent.client.listResources()).toMatchObject({ resources: [] });
    expect(await agent.client.listResourceTemplates()).toMatchObject({ resourceTemplates: [] });
    const { data, text } = await agent.run(flow({ action: 'goto', url: '/plain' }));
    expect(text).toContain('may not read runs');
    expect(await bench.client.ended(data.id)).toMatchObject({ status: 'pass' });
  });

  test('a key that is not valid is reported at once, in one line', async () => {
    await expect(overStdio(bench, { apiKey: 'gly_wrong' })).rejects.toThrow('Connection closed');
    await expect(overHttp(http.server.url, 'gly_wrong')).rejects.toThrow(/invalid API key/);
  });
});

describe('I11: a start that is forbidden is answered with what can be done about it', () => {
  const ADVICE =
    /^Error: .*\(403\)\nThe API key lacks the scope for this, or its user the role in the project/;

  test('by a scope that the key lacks: that has nothing to do with projects', async () => {
    await using agent = await overStdio(bench, { apiKey: await keyWith('runs:read', 'runs:write') });
    const superseding = { ...waiting(), concurrencyKey: 'superseding', cancelPrevious: true };
    const { isError, text } = await agent.call('run_flow', superseding);
    expect(isError).toBe(true);
    expect(text).toMatch(ADVICE);
    expect(text).not.toContain('you have');
  });

  test('by a role: with the projects that there are', async () => {
    const member = await addMember(await adminByToken(bench.client));
    const project = await bench.client.project();
    await addViewer(bench.stack.databaseUrl, project, member.id);
    const made = await member.client.request<{ key: string }>('POST', '/v1/api-keys', {
      body: { label: 'agent' },
    });
    await using agent = await overStdio(bench, { apiKey: made.body.key });
    const { isError, text } = await agent.call('run_flow', { ...waiting(), project });
    expect(isError).toBe(true);
    expect(text).toMatch(ADVICE);
    expect(text).toMatch(/\nProjects: you have (?=.*"[^"]+" \(only to look at\))/);
  });
});

test('a gateway that is out of reach is reported in words', async () => {
  await using agent = await overStdio(bench, { url: `http://127.0.0.1:${await freePort()}` });
  const { tools } = await agent.client.listTools();
  expect(tools).toHaveLength(9);
  const { isError, text } = await agent.call('list_runs');
  expect(isError).toBe(true);
  expect(text).toMatch(/^Error: the gateway at \S+ does not answer \(ECONNREFUSED\)/);
});

extendedOnly(() => {
  test('a gateway that dies in the middle of a run is reported in words, with the id of the run', async () => {
    const gateway = await bench.stack.start('gateway');
    await using agent = await overStdio(bench, { url: await gateway.ready });
    const call = agent.begin('run_flow', { ...waiting(), waitSeconds: 3 });
    const id = await call.runId;
    gateway.signal('SIGKILL');
    const { isError, text } = await call.answer;
    expect(isError).toBe(true);
    expect(text).toContain(`Run ${id} is started and goes on: wait for its end with watch_run`);
    await bench.client.cancel(id);
  });

  test('a gateway that refuses to wait any longer does not hide what it has accepted', async () => {
    const gateway = await bench.stack.start('gateway', { GHOSTLY_MAX_STREAMS_PER_USER: '1' });
    const url = await gateway.ready;
    const watched = await bench.client.start(waiting());
    const watcher = await bench.client.at(url).watch(watched);
    await using agent = await overStdio(bench, { url });

    const started = await agent.run(waiting());
    expect(started).toMatchObject({ isError: true });
    expect(started.text).toContain('too many open streams');
    const [, id] = /^Run (\S+) is started and goes on: .*watch_run/m.exec(started.text) ?? [];
    expect((await bench.client.read(String(id))).status).toBe('running');

    const cancelled = await agent.call<{ accepted: boolean }>('cancel_run', { id });
    expect(cancelled.data).toMatchObject({ id, accepted: true });
    watcher.close();
    await bench.client.cancel(watched);
  });
});
