/* An agent, or its user in a form, answers what a run asks, but a password is asked for in no form. */
import { expect, it } from 'vitest';
import { type FillIn, overStdio, type RunData } from '../../support/agents/agent.ts';
import { useAgents } from '../../support/agents/use-agents.ts';

const { agents, bench, ended } = useAgents();

const FIELDS = [
  { name: 'code', label: 'Code', type: 'code' },
  { name: 'sure', type: 'yesno', optional: true },
];
const asking = (fields: readonly object[] = FIELDS) => ({
  baseUrl: bench.site.url,
  steps: [
    { action: 'goto', url: '/form' },
    { action: 'ask', text: 'Which code?', fields },
    { action: 'fill', selector: 'input[name=name]', value: '${answers.code}', secret: false },
    { action: 'expect', is: 'value', selector: 'input[name=name]', equals: '123456' },
  ],
});

it('an agent gets the question, answers it, and waits for the end', async () => {
  for (const agent of Object.values(agents)) {
    const { data, text } = await agent.run(asking());
    const { id } = data.run;
    expect(text).toMatch(/Step 2 asks a person: "?Which code\?/);
    expect(data.run).toMatchObject({
      status: 'running',
      question: { step: 2, text: 'Which code?', fields: FIELDS },
    });
    await agent.call('answer_run', { id, step: 2, values: { code: '123456' } });
    expect((await agent.call('watch_run', { id })).data).toMatchObject({ outcome: 'pass' });
    const again = await agent.call('answer_run', { id, step: 2, values: { code: '1' } });
    expect(again).toMatchObject({ isError: true, text: expect.stringContaining('answered already') });
  }
});

it('the user of an agent whose client has forms is asked there, and the call goes on', async () => {
  const forms: unknown[] = [];
  const fillIn: FillIn = (form) => {
    forms.push(form);
    return { action: 'accept', content: { code: '123456', sure: true } };
  };
  await using agent = await overStdio(bench, { fillIn });
  const { data } = await agent.run(asking());
  expect(data.run).toMatchObject({ outcome: 'pass' });
  expect(forms).toMatchObject([
    {
      message: 'Which code?',
      requestedSchema: {
        properties: { code: { type: 'string', title: 'Code' }, sure: { type: 'boolean', title: 'sure' } },
        required: ['code'],
      },
    },
  ]);
});

it('a user who fills in no form leaves the question to others, and a password is asked for in none', async () => {
  const fillIn: FillIn = ({ message }) => {
    expect(message).toBe('Which code?');
    return { action: 'decline' };
  };
  await using agent = await overStdio(bench, { fillIn });
  const secret = [{ name: 'code', type: 'password' }];
  for (const fields of [FIELDS, secret]) {
    const { data } = await agent.run(asking(fields));
    const { id } = data.run as RunData & { question?: object };
    expect(data.run).toMatchObject({ status: 'running', question: { step: 2 } });
    await bench.client.request('POST', `/v1/runs/${id}/answer`, { body: { values: { code: '123456' } } });
    expect(await ended(id)).toMatchObject({ status: 'pass' });
  }
});
