import { describe, expect, it } from 'vitest';
import { addMember } from '../../support/database/members.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { answer, startReceiver } from '../../support/servers/webhook-receiver.ts';
import { NEVER, useCauses } from './bench.ts';

const bench = useCauses();
const { atStep, start, listen, endOf, end, read } = bench;

describe('the end of a run', () => {
  it('I16: says who stopped it, when and why; and who asked again, and harder', async () => {
    const ops = await addMember(bench.client);
    await rows(
      bench.stack.databaseUrl,
      `insert into project_members (project_id, user_id, role) values ($1, $2, 'operator')`,
      [await bench.client.project(), ops.id],
    );
    const atomic = { action: 'goto', url: '/never?held', timeoutMs: 60_000, atomic: true };
    const id = await start([atomic]);
    await bench.site.asked('/never?held');
    const heard = await listen(id);
    await bench.client.cancel(id, { body: { reason: 'Deploy at 09:30' } });
    await heard.until(
      /^It is being stopped, and waits for its atomic step to end\. In at most \d+ s its call is aborted\./,
    );
    await ops.client.cancel(id, { body: { reason: 'it hangs', mode: 'force' } });
    const { said, run } = await endOf(id);
    expect(said).toMatch(
      /^admin@test\.local stopped it(, \d+ s ago)?: Deploy at 09:30\. \S+@test\.local forced it, \d+ s later: it hangs\. Step 1 \(goto \/never\?held\) was interrupted\.$/,
    );
    expect(run.cancel).toMatchObject({
      user: { email: 'admin@test.local' },
      repeats: [{ mode: 'force', reason: 'it hangs', user: { email: ops.account.email } }],
    });
  }, 60_000);

  it('I16: says that its clean-up failed, and where', async () => {
    const onCancel = [{ action: 'click', selector: '#nope', timeoutMs: 300 }];
    const id = await atStep({ onCancel });
    await bench.client.cancel(id);
    const { said } = await endOf(id);
    expect(said).toMatch(/ Its clean-up failed: 1 of 1 onCancel steps, first step 1 \(click #nope\)\.$/);
  }, 60_000);

  it('I16: gives the longest time that it may take as a number, once', async () => {
    const id = await start([{ action: 'goto', url: '/plain' }, NEVER], { maxDurationMs: 8_000 });
    const { said } = await endOf(id);
    expect(said).toBe(
      'It had reached the longest time that it may take: 8.0 s. Step 2 (waitForSelector #never) was interrupted.',
    );
  }, 60_000);
});

describe('a webhook that fails', () => {
  it('I16: is said on the run whose messages wait, and in the system', async () => {
    await using receiver = await startReceiver();
    receiver.behave(answer(500));
    const project = await bench.client.project();
    const webhook = { url: receiver.url, events: ['run.queued', 'run.started'] };
    const { status } = await bench.client.request('POST', `/v1/projects/${project}/webhooks`, {
      body: webhook,
    });
    expect(status).toBe(201);
    const id = await atStep();
    await eventually(
      async () =>
        expect((await read(id)).webhooks).toMatchObject({ failing: 1, waiting: 2, lastStatus: 500 }),
      { timeoutMs: 60_000 }, // after its third failure, like the system
    );
    await eventually(
      async () => {
        const { body } = await bench.client.request<{ webhooks: object }>('GET', '/v1/system');
        expect(body.webhooks).toMatchObject({ failing: 1, disabled: 0 });
      },
      { timeoutMs: 30_000 },
    );
    await end(id);
  }, 120_000);
});
