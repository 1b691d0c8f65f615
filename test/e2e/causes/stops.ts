import { describe, expect, it } from 'vitest';
import { englishWords } from '#shared/domain/words/en.ts';
import { textOfSentences } from '#shared/domain/words/pieces.ts';
import { sayWebhooks } from '#shared/domain/words/say-webhooks.ts';
import { addMember } from '../../support/database/members.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually, PATIENCE_MS } from '../../support/eventually.ts';
import { answer, startReceiver } from '../../support/servers/webhook-receiver.ts';
import { browsersWith } from '../../support/stack/leaks.ts';
import { usePatientClient } from '../../support/stack/use-stack.ts';
import { GOTO, NEVER, useCauses } from './bench.ts';

const bench = useCauses();
const { atStep, start, startOnly, listen, endOf, end, read } = bench;
const patient = usePatientClient(bench);

describe('the end of a run', () => {
  it('I16: says who stopped it, when and why; and who asked again, and harder', async () => {
    const ops = await addMember(bench.client);
    await rows(
      bench.stack.databaseUrl,
      `insert into project_members (project_id, user_id, role) values ($1, $2, 'operator')`,
      [await bench.client.project(), ops.id],
    );
    const atomic = { action: 'goto', url: '/never?held', timeoutMs: 120_000, atomic: true };
    const id = await (await patient()).start({ baseUrl: bench.site.url, steps: [atomic] });
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
  });

  it('I16: says who stopped it while it was in the queue, and nothing of a step or a runner', async () => {
    const id = await start([NEVER], { runnerLabels: ['nowhere'] });
    await bench.client.cancel(id, { body: { reason: 'not needed any more' } });
    const { said } = await endOf(id);
    expect(said).toMatch(/^admin@test\.local stopped it(, \d+ s ago)?: not needed any more\.$/);
  });

  it('I16: says who stopped it on a page whose script is busy, and does not call that a failure', async () => {
    const id = await start([{ action: 'goto', url: '/loop-on-load?stopped' }, NEVER]);
    await bench.site.asked('/looping?stopped');
    const heard = await listen(id);
    await heard.until(/^The page is not responding: its script is busy, for \d+ s now\. /);
    await bench.client.cancel(id, { body: { reason: 'busy page' } });
    const { said, run } = await endOf(id);
    expect(said).toMatch(
      /^admin@test\.local stopped it(, \d+ s ago)?: busy page\. Step 2 \(waitForSelector #never\) was interrupted\.$/,
    );
    expect(run.outcome).toBe('cancelled');
  });

  it('I16: by force says that it waits for its browser context, and until when; then only who stopped it', async () => {
    const id = await (await patient()).start({ baseUrl: bench.site.url, steps: [GOTO, NEVER] });
    const heard = await listen(id);
    await heard.until(/^No element matches #never/);
    const browsers = await browsersWith(bench.stack.home);
    for (const { pid } of browsers) process.kill(pid, 'SIGSTOP');
    await bench.client.cancel(id, { body: { reason: 'now', mode: 'force' } });
    await heard.until(/its browser context to close/);
    const { said } = await endOf(id);
    for (const { pid } of await browsersWith(bench.stack.home)) process.kill(pid, 'SIGCONT');
    expect(said).toMatch(/^admin@test\.local stopped it(, \d+ s ago)?: now\. Step 2 .* was interrupted\.$/);
    const stopping = heard.all().filter((sentence) => sentence.startsWith('It is being stopped'));
    expect(stopping).toContainEqual(
      expect.stringMatching(
        /^It is being stopped, and waits for its browser context to close\. In at most \d+ s its browser is killed\.$/,
      ),
    );
    for (const sentence of stopping) expect(sentence).not.toMatch(/fails|After 0 s/);
  });

  it('I16: waits for its runner to take the request, and says when it comes in any case', async () => {
    const runner = await startOnly('runner', { GHOSTLY_LABELS: 'deaf' });
    const id = await atStep({ runnerLabels: ['deaf'] });
    const heard = await listen(id);
    runner.signal('SIGSTOP');
    await bench.client.cancel(id);
    await heard.until(
      /^It is being stopped, and waits for its runner to take the request\. It ends in at most \d+ s\.$/,
    );
    runner.signal('SIGCONT');
    expect((await endOf(id)).run.outcome).toBe('cancelled');
  });

  it('I16: says what covered the element of a step, as was said while it waited', async () => {
    const click = { action: 'click', selector: '#under', timeoutMs: 8_000 };
    const id = await start([{ action: 'goto', url: '/form' }, click]);
    const heard = await listen(id);
    await heard.until(/^The element that matches #under is covered by <div>\. Step 2 \(click\) has taken/);
    const facts = { code: 'element_covered', matches: 1, coveredBy: '<div>', step: 1, leadsTo: 'fail' };
    expect((await read(id)).waitingFor).toMatchObject({ ...facts, ...click });
    const { said, run } = await endOf(id);
    expect(said).toMatch(/^Step 2 \(click #under\) failed after \d+\.\d s: <div> covered its element\.$/);
    expect(run.outcome).toBe('fail');
    expect(await read(id)).not.toHaveProperty('waitingFor');
  });

  it('I16: says that its clean-up failed, and where', async () => {
    const onCancel = [{ action: 'click', selector: '#nope', timeoutMs: 300 }];
    const id = await atStep({ onCancel });
    await bench.client.cancel(id);
    const { said } = await endOf(id);
    expect(said).toMatch(/ Its clean-up failed: 1 of 1 onCancel steps, first step 1 \(click #nope\)\.$/);
  });

  it('I16: gives the longest time that it may take as a number, once', async () => {
    const id = await start([{ action: 'goto', url: '/plain' }, NEVER], { maxDurationMs: 15_000 });
    const { said } = await endOf(id);
    expect(said).toBe(
      'It had reached the longest time that it may take: 15.0 s. Step 2 (waitForSelector #never) was interrupted.',
    );
  });
});

describe('a webhook that fails', () => {
  it(
    'I16: is said on the run whose messages wait, and in the system',
    async () => {
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
        async () => {
          const { webhooks } = await read(id);
          expect(webhooks).toMatchObject({ failing: 1, waiting: 2, lastStatus: 500 });
          expect(textOfSentences(sayWebhooks(webhooks, englishWords))).toBe(
            'A webhook of its project fails, which answered 500; 2 messages of this run wait.',
          );
        },
        { timeoutMs: 2 * PATIENCE_MS }, // after its third failure, like the system
      );
      await eventually(async () => {
        const { body } = await bench.client.request<{ webhooks: object }>('GET', '/v1/system');
        expect(body.webhooks).toMatchObject({ failing: 1, disabled: 0 });
      });
      await end(id);
    },
    4 * PATIENCE_MS,
  );
});
