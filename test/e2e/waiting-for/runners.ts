import { describe, expect, it } from 'vitest';
import { eventually, promisedMs } from '../../support/eventually.ts';
import { afterThisTest } from '../../support/file-hooks.ts';
import { makeBreakableChromium } from '../../support/servers/breakable-chromium.ts';
import { LEASE_MS, NEVER, useWaiting } from './bench.ts';

const { bench, waitingOf, says, start, end, atStep } = useWaiting();

/** For this test. */
async function startOnly(kind: 'gateway' | 'runner', env: NodeJS.ProcessEnv) {
  const service = await bench.stack.start(kind, env);
  afterThisTest(() => service.stop());
  return service;
}

describe('waitingFor of a run whose runner', () => {
  it('is silent says so within three seconds, since when, and when its lease ends', async () => {
    const id = await atStep('/plain', NEVER);
    const runner = bench.stack.processes.findLast(({ kind, running }) => kind === 'runner' && running)!;
    await says(id, { code: 'element_missing' });
    runner.signal('SIGSTOP');
    await says(
      id,
      { code: 'runner_silent', leadsTo: 'fail', lastHeard: expect.any(String) },
      bench.client,
      promisedMs(3_000),
    );
    const { lastHeard, until } = (await waitingOf(id))!;
    expect(Date.parse(String(until)) - Date.parse(String(lastHeard))).toBe(LEASE_MS);
    runner.signal('SIGCONT');
    await says(id, { code: 'element_missing' });
    await end(id);
  });

  it('was killed is lost for a gateway that had never asked it, too, long before a heartbeat is due', async () => {
    const [gateway, runner] = await Promise.all([
      startOnly('gateway', {}),
      startOnly('runner', { GHOSTLY_LABELS: 'killed', GHOSTLY_LEASE_MS: '60000' }),
    ]);
    const id = await atStep('/plain', NEVER, { runnerLabels: ['killed'] });
    await says(id, { code: 'element_missing' });
    runner.signal('SIGKILL');
    await says(id, { code: 'runner_lost', leadsTo: 'fail' }, await bench.stack.clientOf(gateway));
    await end(id);
    await startOnly('runner', { GHOSTLY_LABELS: 'cleaner' }); // clears what the killed one has left
  });

  it('cannot start a browser says that none can take it, and why', async () => {
    await using chromium = await makeBreakableChromium();
    await chromium.break();
    await startOnly('runner', { CHROMIUM_PATH: chromium.path, GHOSTLY_LABELS: 'broken' });
    const id = await start([NEVER], { runnerLabels: ['broken'] });
    await says(id, {
      code: 'runner_unavailable',
      unavailable: 'no_browser',
      labels: ['broken'],
      leadsTo: 'fail',
    });
    await end(id);
  });

  it('has as many of its user, or of its project, as may be says so', async () => {
    const env = {
      GHOSTLY_LABELS: 'limited',
      GHOSTLY_MAX_RUNNING_PER_USER: '2',
      GHOSTLY_MAX_RUNNING_PER_PROJECT: '1',
    };
    const [gateway] = await Promise.all([startOnly('gateway', env), startOnly('runner', env)]);
    const client = await bench.stack.clientOf(gateway);
    const begin = (project?: string) =>
      start([{ action: 'goto', url: '/plain' }, NEVER], {
        runnerLabels: ['limited'],
        ...(project && { project }),
      });
    const taken = (id: string) =>
      eventually(async () => expect((await client.read(id)).state).toMatch(/stepping/));
    const projects = await Promise.all(['second', 'third'].map((label) => client.addProject(label)));
    const first = await begin();
    await taken(first);
    const ofProject = await begin();
    await says(ofProject, { code: 'project_limit', limit: 1, leadsTo: 'fail' }, client);
    const second = await begin(projects[0]);
    await taken(second);
    const ofUser = await begin(projects[1]);
    await says(ofUser, { code: 'user_limit', limit: 2, leadsTo: 'fail' }, client);
    await end(ofUser, ofProject, second, first);
  });
});
