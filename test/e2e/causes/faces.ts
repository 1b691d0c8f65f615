/** What a run waits for and why it ended is the same sentence in the API, the CLI, the MCP tools and on its page. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Agent, overStdio } from '../../support/agents/agent.ts';
import { eventually } from '../../support/eventually.ts';
import { startWaitingSite, type WaitingSite } from '../../support/sites/waiting-site.ts';
import { startCli } from '../../support/stack/cli.ts';
import { text, useVisualiser } from '../../support/visualiser/bench.ts';

const bench = useVisualiser();
let site: WaitingSite;
let agent: Agent;
beforeAll(async () => {
  [site, agent] = await Promise.all([startWaitingSite(), overStdio(bench)]);
});
afterAll(async () => {
  await agent?.close();
  await site?.[Symbol.asyncDispose]();
});

/** Times count on from one look to the next. */
const untimed = (said: string | undefined): string => (said ?? '').replace(/\d+ (of|s)\b/g, 'n $1').trim();

it('I16: of a run on a page that was answered with an error, and that is stopped then', async () => {
  const steps = [
    { action: 'goto', url: '/broken' },
    { action: 'waitForSelector', selector: '#a\u202eb', timeoutMs: 90_000 },
  ];
  const id = await bench.client.start({ baseUrl: site.url, steps });
  const env = { GHOSTLY_URL: bench.url, GHOSTLY_API_KEY: bench.stack.apiKey };
  const cli = startCli(['watch', id], { env });
  const page = await bench.desk.openSignedIn(`#/runs/${id}`);
  const said = 'No element matches #a\\u202eb. The server answered the page with 500.';
  const waits = `${said} Step 2 (waitForSelector) has taken n of n s; then the run fails.`;

  await eventually(async () => {
    const { body } = await bench.client.request<{ waitingFor?: { for: string } }>(
      'GET',
      `/v1/runs/${id}?hints=1`,
    );
    expect(untimed(body.waitingFor?.for)).toBe(waits);
  });
  await eventually(async () => expect(untimed(await text(page, '.why'))).toBe(waits));
  const { data: waiting } = await agent.call<{ waitingFor?: string }>('get_run', { id });
  expect(untimed(waiting.waitingFor)).toBe(waits);
  expect(untimed(await cli.said(said))).toBe(`◌ ${waits}`);

  await bench.client.cancel(id, { body: { reason: 'Deploy at 09:30' } });
  const ends =
    /^admin@test\.local stopped it(, \d+ s ago)?: .?Deploy at 09:30.?\. Step 2 \(waitForSelector #a\\u202eb\) was interrupted\./;
  await eventually(async () => expect(await text(page, '.why')).toMatch(ends));
  const { data: ended } = await agent.call<{ why?: string }>('get_run', { id });
  expect(ended.why).toMatch(ends);
  await cli.said('Deploy at 09:30');
  await cli.exited;
});
