import { describe, expect, test } from 'vitest';
import { overStdio, SERVER } from '../../support/agents/agent.ts';
import { useAgents } from '../../support/agents/use-agents.ts';
import { run } from '../../support/client-package.ts';
import { eventually } from '../../support/eventually.ts';
import { extendedOnly } from '../../support/share.ts';
import { CLONE, runCli } from '../../support/stack/cli.ts';
import { processesWith } from '../../support/stack/leaks.ts';

const { bench, ended, flow, waiting } = useAgents();

/** The MCP servers that agents started. */
const servers = async () =>
  (await processesWith(bench.stack.home)).filter(({ command }) => command.includes(SERVER));

describe('a server over stdio', () => {
  extendedOnly(() => {
    test('whose caller goes away cancels the run of its call and ends', async () => {
      const agent = await overStdio(bench);
      const { pid } = agent;
      const call = agent.begin('run_flow', waiting());
      const id = await call.runId;
      const failed = call.answer.catch((error: unknown) => error);
      await agent.close();
      expect(await failed).toBeInstanceOf(Error);
      expect(await ended(id)).toMatchObject({ status: 'fail', cancel: { source: 'user' } });
      await eventually(async () => expect((await servers()).map((one) => one.pid)).not.toContain(pid));
    });

    test('that is killed leaves nothing behind but the run, which goes on and can be found', async () => {
      const before = await servers();
      const agent = await overStdio(bench);
      const call = agent.begin('run_flow', waiting());
      const id = await call.runId;
      const failed = call.answer.catch((error: unknown) => error);
      process.kill(agent.pid!, 'SIGKILL');
      expect(await failed).toBeInstanceOf(Error);
      await eventually(async () => expect(await servers()).toEqual(before));

      await using next = await overStdio(bench);
      const { data } = await next.call<{ runs: { id: string; state: string }[] }>('list_runs', {
        status: 'running',
      });
      expect(data.runs.map((run) => run.id)).toContain(id);
      expect((await next.call('cancel_run', { id })).data).toMatchObject({ accepted: true, status: 'fail' });
    });
  });

  test('that is asked to stop answers its open calls; their runs go on', async () => {
    const agent = await overStdio(bench);
    const call = agent.begin<{ id: string; run: object }>('run_flow', waiting());
    const id = await call.runId;
    const watch = agent.begin('watch_run', { id });
    await watch.reported('step 2 begins');
    process.kill(agent.pid!, 'SIGTERM');
    const [answer, watched] = await Promise.all([call.answer, watch.answer]);
    const soFar = { id, status: 'running', stepsExecuted: 1, steps: [{ step: 1, ok: true }] };
    expect(answer.data, answer.text).toMatchObject({ id, run: soFar });
    expect(watched.data, watched.text).toMatchObject(soFar);
    expect(answer.isError).toBe(false);
    for (const { text } of [answer, watched]) {
      expect(text).toContain('Steps executed: 1 of 2.');
      expect(text).toMatch(/^This MCP server is stopping\. Run \S+ goes on/);
      expect(text).toContain(`watch_run or get_run {"id":"${id}"}`);
    }
    expect((await bench.client.read(id)).cancel).toBeUndefined();
    await bench.client.cancel(id);
    await agent.close();
    expect(agent.said).toEqual([]);
  });

  test('is `ghostly mcp`, too', async () => {
    await using agent = await overStdio(bench, { args: ['services/cli/main.ts', 'mcp'] });
    const { data } = await agent.run(flow({ action: 'goto', url: '/plain' }));
    expect(data.run.outcome).toBe('pass');
  });

  test('is printed for a client by `ghostly mcp --config`, without a key', async () => {
    const { code, out } = await runCli(['mcp', '--config'], { env: { GHOSTLY_HOME: bench.stack.home } });
    expect(code).toBe(0);
    const { command, args, env } = JSON.parse(out).mcpServers.ghostly;
    expect({ command, args }).toEqual({
      command: process.execPath,
      args: [`${CLONE}/services/cli/main.ts`, 'mcp'],
    });
    expect(env).toEqual({ GHOSTLY_HOME: bench.stack.home });
  });

  extendedOnly(() => {
    test('says in one line that the address of its gateway is none, over HTTP, too', async () => {
      const env = { GHOSTLY_URL: 'nonsense', GHOSTLY_API_KEY: 'gly_x', PATH: process.env.PATH };
      for (const args of [[], ['--http', '--port', '0']]) {
        const ended = await run(process.execPath, [SERVER, ...args], { cwd: CLONE, env }).catch(
          (error: { code: number; stderr: string }) => error,
        );
        expect(ended).toMatchObject({
          code: 1,
          stderr: 'ghostly-mcp: url has to be an http or https URL, not "nonsense"\n',
        });
      }
    });

    test('says in one line what it lacks', async () => {
      const { code, err } = await runCli(['mcp'], {
        env: { GHOSTLY_HOME: `${bench.stack.home}/none` },
        cwd: CLONE,
      });
      expect(code).toBe(1);
      expect(err).toMatch(/^ghostly: no stack is running here/);
    });
  });
});
