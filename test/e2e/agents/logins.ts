import { expect, test } from 'vitest';
import { overHttp } from '../../support/agents/agent.ts';
import { useAgents } from '../../support/agents/use-agents.ts';
import { afterFile } from '../../support/file-hooks.ts';
import { startAccountSite } from '../../support/sites/account-site.ts';
import { IS_SIGNED_IN, SIGN_IN } from '../../support/sites/account-steps.ts';

const { agents, bench, http, keyWith } = useAgents();

test('an agent runs a flow with a saved login of the project, which saves it first', async () => {
  const site = await startAccountSite();
  afterFile(async () => site[Symbol.asyncDispose]());
  const agent = agents.stdio;
  const path = `/v1/projects/${await bench.client.project()}/profiles/agents`;
  const flow = { baseUrl: site.url, steps: IS_SIGNED_IN };

  const none = await agent.call('run_flow', { ...flow, profile: { name: 'agents' } });
  expect(none).toMatchObject({ isError: true, text: expect.stringContaining('login profile') });
  expect(await bench.client.request('PUT', path, { body: {} })).toMatchObject({ status: 200 });
  const empty = await agent.run({ ...flow, profile: { name: 'agents' } });
  expect(empty.data.run.outcome).toBe('fail');
  expect(empty.text).toContain('Cause (profile_stale): "');

  await using other = await overHttp(http.server.url, await keyWith('runs:read', 'runs:write'));
  const refused = await other.call('run_flow', { ...flow, profile: { name: 'agents' } });
  expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('lacks the scope') });

  const signIn = { name: 'agents', apply: false, save: 'on_pass' };
  const saved = await agent.run({ baseUrl: site.url, steps: SIGN_IN, profile: signIn });
  expect(saved.data.run.outcome, saved.text).toBe('pass');
  const signedIn = await agent.run({ ...flow, profile: { name: 'agents' } });
  expect(signedIn.data.run.outcome, signedIn.text).toBe('pass');
  expect(site.signIns).toBe(1);
});
