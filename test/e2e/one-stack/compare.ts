/** How a run that failed differs from the last one of its name that passed, for people at a terminal and for agents. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Agent, overStdio } from '../../support/agents/agent.ts';
import { type ChangingSite, startChangingSite } from '../../support/sites/changing-site.ts';
import { runCli } from '../../support/stack/cli.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack();
let site: ChangingSite;
let agent: Agent;
beforeAll(async () => {
  [site, agent] = await Promise.all([startChangingSite(), overStdio(bench)]);
});
afterAll(async () => {
  await agent?.close();
  await site?.[Symbol.asyncDispose]();
});

test('the step that failed, and what its page said before it, is said by the CLI and by get_run, beside the last of its name that passed', async () => {
  const ended = async (id: string, status: string) => {
    await (await bench.client.watch(id)).ended();
    expect(await bench.client.read(id)).toMatchObject({ status });
    return id;
  };
  const start = async (status: string, name?: string) => {
    const steps = [
      { action: 'goto', url: '/' },
      { action: 'click', selector: '#basket' },
      { action: 'click', selector: '#pay', timeoutMs: 2_500 },
    ];
    return ended(await bench.client.start({ baseUrl: site.url, name, steps }), status);
  };
  const env = { GHOSTLY_URL: bench.client.url, GHOSTLY_API_KEY: bench.stack.apiKey };
  const name = 'Order each night';
  const passed = await start('pass', name);
  await start('pass', `${name}, too`);
  const unnamed = await start('pass');
  site.breakPayments();
  const first = await start('fail', name);
  const failed = await start('fail', name);
  const { body } = await bench.client.request<{ id: string }>('POST', `/v1/runs/${unnamed}/rerun`);
  const again = await ended(body.id, 'fail');

  const [asText, asJson, none, chosen, repeated] = await Promise.all(
    [
      ['compare', failed],
      ['compare', failed, '--json'],
      ['compare', passed],
      ['compare', failed, first, '--json'],
      ['compare', again, '--json'],
    ].map((args) => runCli(args, { env })),
  );
  expect(asText).toMatchObject({ code: 0, err: '' });
  expect(asText!.out).toMatch(
    /Step 3 \(click #pay\) is the first that went otherwise: it failed, and was done in the other run.* Step 2 \(click #basket\) differs before it: its page said “Document .*: 500/,
  );
  expect(asText!.out).toMatch(/≠ +3 +click #pay .*it failed, and was done in the other run/);
  expect(JSON.parse(asJson!.out)).toMatchObject({
    run: failed,
    other: passed,
    steps: [{}, { ways: expect.arrayContaining(['said']) }, { ways: expect.arrayContaining(['outcome']) }],
    left: { here: { url: `${site.url}/basket`, title: 'Sorry' }, there: { url: `${site.url}/basket` } },
  });
  expect(none).toMatchObject({ code: 5, err: expect.stringContaining('No run like it has passed before') });
  expect(JSON.parse(chosen!.out)).toMatchObject({
    other: first,
    // A machine may be slower at times.
    first: expect.stringMatching(/^No step differs\.$|it took/),
  });

  // Without a name it is like the run that it repeats.
  expect(JSON.parse(repeated!.out)).toMatchObject({ run: again, other: unnamed });

  const { data, text } = await agent.call<{ why?: string }>('get_run', { id: failed });
  expect(data.why).toMatch(
    new RegExp(
      `^Beside run ${passed}, which passed: Step 3 \\(click #pay\\) is the first that went otherwise: .* Step 2 \\(click #basket\\) differs before it: `,
    ),
  );
  expect(text).toContain(JSON.stringify(data.why));
  expect((await agent.call<{ why?: string }>('get_run', { id: passed })).data.why).toBeUndefined();
});
