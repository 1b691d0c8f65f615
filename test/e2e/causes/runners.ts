import { describe, expect, it } from 'vitest';
import type { RunDetail } from '#shared/api/client/index.ts';
import { eventually, scaledMs } from '../../support/eventually.ts';
import { makeBreakableChromium } from '../../support/servers/breakable-chromium.ts';
import { NEVER, SAID_WITHIN_MS, useCauses } from './bench.ts';

const bench = useCauses();
const { atStep, start, listen, end, endOf, startOnly, read } = bench;

describe('a runner', () => {
  it('I16: that shuts down is said to stop its run, and when; then it has', async () => {
    const runner = await startOnly('runner', {
      GHOSTLY_LABELS: 'leaving',
      GHOSTLY_DRAIN_MS: String(scaledMs(6_000)),
    });
    const id = await atStep({ runnerLabels: ['leaving'] });
    const heard = await listen(id);
    await heard.until(/^No element matches #never\. Step 2 .* then the run fails\.$/);
    const before = heard.all().length;
    runner.signal('SIGTERM');
    await heard.until(
      /^No element matches #never\. This has taken \d+ s so far\. Its runner shuts down, and stops it in \d+ s if it is not over by then\.$/,
      SAID_WITHIN_MS,
    );
    const { said } = await endOf(id);
    const after = heard.all().slice(before);
    const leaving = after.findIndex((sentence) => sentence.includes('shuts down'));
    for (const sentence of after.slice(leaving)) expect(sentence).not.toContain('then the run fails');
    expect(said).toBe(
      'Its runner shut down and stopped it. Step 2 (waitForSelector #never) was interrupted.',
    );
  });

  it('I16: that is frozen has no free slot: a queued run says that none is heard', async () => {
    const runner = await startOnly('runner', { GHOSTLY_LABELS: 'frozen' });
    const busy = await atStep({ runnerLabels: ['frozen'] });
    runner.signal('SIGSTOP');
    const id = await start([NEVER], { runnerLabels: ['frozen'] });
    const heard = await listen(id);
    // It hears nothing, so nobody takes the run; the last heartbeat is not older than two seconds yet.
    await heard.until(/^No runner that could take it has been heard for \d+ s\./, SAID_WITHIN_MS + 1_000);
    await end(id);
    expect(heard.all().at(-1)).not.toContain('A slot is free');
    runner.signal('SIGCONT');
    await end(busy);
  });

  it('I16: that is frozen is not heard, and its run is said to go back into the queue if it asked for that', async () => {
    const runner = await startOnly('runner', { GHOSTLY_LABELS: 'again' });
    const id = await atStep({ runnerLabels: ['again'], onRunnerLoss: 'requeue' });
    const heard = await listen(id);
    await heard.until(/^No element matches #never/);
    const before = heard.all().length;
    runner.signal('SIGSTOP');
    await heard.until(
      /^Runner \w{8} has not been heard for \d+ s\. If it stays silent for \d+ s more, the run goes back into the queue\.$/,
      SAID_WITHIN_MS,
    );
    const { lastHeard, until } = (await read(id)).waitingFor!;
    expect(Date.parse(until!) - Date.parse(lastHeard!)).toBe(scaledMs(10_000));
    runner.signal('SIGCONT');
    await eventually(async () =>
      expect((await read(id)).waitingFor).toMatchObject({ code: 'element_missing' }),
    );
    await end(id);
    for (const sentence of heard.all().slice(before))
      if (sentence.includes('silent')) expect(sentence).not.toContain('the run fails');
  });

  it('I16: whose browser does not start takes no run, and that is why a run waits', async () => {
    await using chromium = await makeBreakableChromium();
    await chromium.break();
    const runner = await startOnly('runner', { CHROMIUM_PATH: chromium.path, GHOSTLY_LABELS: 'broken' });
    await runner.logged('takes no runs');
    const id = await start([NEVER], { runnerLabels: ['broken'] });
    const heard = await listen(id);
    await heard.until(
      /^None of the runners that fit can take it\. The last one says: It has no browser that starts, so it takes no runs\. It tries again by itself\. /,
      SAID_WITHIN_MS,
    );
    await end(id);
    for (const sentence of heard.all()) expect(sentence).not.toMatch(/busy|slot|No runner/);
  });

  it('I16: that was killed has died in a step, and nobody had stopped the run', async () => {
    const runner = await startOnly('runner', { GHOSTLY_LABELS: 'killed' });
    const [lost, stopped] = await Promise.all(['one', 'two'].map(() => atStep({ runnerLabels: ['killed'] })));
    const heard = await listen(lost!);
    runner.signal('SIGKILL');
    const { said: ofStopped } = await cancelled(stopped!, 'not needed');
    await heard.until(/^Runner \w{8} is lost: it was last heard \d+ s ago\./, SAID_WITHIN_MS);
    const { said, run } = await endOf(lost!);
    expect(said).toBe(
      `Its runner (${run.owner!.slice(0, 8)}) died in step 2. Nobody had stopped the run. Its process ended.`,
    );
    expect(ofStopped).toMatch(
      /^admin@test\.local stopped it(, \d+ s ago)?: not needed\. Step 2 .* was interrupted\. Its runner \(\w{8}\) had died; a supervisor ended it\.$/,
    );
    await startOnly('runner', { GHOSTLY_LABELS: 'cleaner' }); // clears what the killed one has left
  });

  it('I16: that was killed is lost for a gateway that had never asked it, too, long before a heartbeat is due', async () => {
    const [gateway, runner] = await Promise.all([
      startOnly('gateway', {}),
      startOnly('runner', { GHOSTLY_LABELS: 'unasked', GHOSTLY_LEASE_MS: '60000' }),
    ]);
    const client = await bench.stack.clientOf(gateway);
    const id = await atStep({ runnerLabels: ['unasked'] });
    runner.signal('SIGKILL');
    await eventually(async () => {
      const { body } = await client.request<RunDetail>('GET', `/v1/runs/${id}?hints=1`);
      expect(body.waitingFor).toMatchObject({ code: 'runner_lost', leadsTo: 'fail' });
    });
    await end(id);
    await startOnly('runner', { GHOSTLY_LABELS: 'cleaner' }); // clears what the killed one has left
  });
});

const cancelled = async (id: string, reason: string) => {
  await bench.client.cancel(id, { body: { reason } });
  return endOf(id);
};
