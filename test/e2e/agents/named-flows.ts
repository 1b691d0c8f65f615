import { expect, test } from 'vitest';
import { useAgents } from '../../support/agents/use-agents.ts';

const { agents, bench, flow } = useAgents();

interface Listed {
  flows: { name: string; version: number; description: string; inputsSchema?: unknown }[];
}

test('named flows are listed with their inputs, and run by name', async () => {
  const agent = agents.stdio;
  const project = await bench.client.project();
  const inputsSchema = {
    type: 'object',
    properties: { page: { type: 'string' } },
    required: ['page'],
  };
  const kept = { ...flow({ action: 'goto', url: '/${inputs.page}' }), inputsSchema };
  const path = `/v1/projects/${project}/flows/agents.visit`;
  const put = await bench.client.request('PUT', path, { body: { flow: kept, description: 'Visits a page' } });
  expect(put.status).toBe(201);

  const all = await agent.call<Listed>('list_flows', { project });
  expect(all.text).toContain('- agents.visit, version 1 "Visits a page"');
  expect(all.data.flows).toEqual([{ name: 'agents.visit', version: 1, description: 'Visits a page' }]);
  const one = await agent.call<Listed>('list_flows', { project, name: 'agents.visit' });
  expect(one.data.flows).toMatchObject([{ inputsSchema }]);

  const named = { project, flow: { name: 'agents.visit' } };
  const { data, text, isError } = await agent.call<{ run: { outcome: string; flow: string } }>('run_flow', {
    ...named,
    inputs: { page: 'plain' },
  });
  expect(isError, text).toBe(false);
  expect(data.run).toMatchObject({ outcome: 'pass', flow: 'agents.visit@1' });
  const runs = await agent.call<{ runs: unknown[] }>('list_runs', { project, flow: 'agents.visit' });
  expect(runs.data.runs).toHaveLength(1);

  for (const [wrong, said] of [
    [{ ...named, inputs: {} }, 'inputs.page'],
    [{ ...named, steps: [{ action: 'goto', url: '/' }] }, 'must not be given beside flow'],
    [{ project, flow: { name: 'agents.none' } }, 'names a flow that there is not'],
    [{ project }, 'is required'],
  ] as const) {
    const refused = await agent.call('run_flow', wrong);
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining(said) });
  }
});
