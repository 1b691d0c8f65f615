import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, scaledMs } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { useServices, useStack } from '../../support/stack/use-stack.ts';

const bench = useStack({ besides: [] });

describe('a gateway and two runners with limits', () => {
  let client: Client;
  /** Two slots each, of which one user may have two in all; and one run may wait. */
  const services = useServices(() => [
    bench.stack.launch('gateway', { GHOSTLY_MAX_QUEUED_PER_USER: '1' }),
    ...['1', '2'].map(() =>
      bench.stack.launch('runner', {
        RUNNER_SLOTS: '2',
        GHOSTLY_MAX_RUNNING_PER_USER: '2',
        GHOSTLY_LEASE_MS: String(scaledMs(10_000)),
        GHOSTLY_CANCEL_GRACE_MS: String(scaledMs(2_500)),
      }),
    ),
  ]);
  beforeAll(async () => {
    client = await bench.stack.clientOf(services[0]!);
  });

  const flow = (path: string, more: Record<string, unknown> = {}) => ({
    baseUrl: bench.site.url,
    steps: [{ action: 'goto', url: path }],
    ...more,
  });
  const eventsOf = async (id: string) => (await client.read(id)).events;

  test('I3: a run takes the place of the one with its concurrency key, and starts when that has ended', async () => {
    const key = { concurrencyKey: 'deploy' };
    const first = await client.start(flow('/never?deploy', key));
    const watch = await client.watch(first);
    await bench.site.asked('/never?deploy');

    const second = await client.start(flow('/plain', { ...key, cancelPrevious: true }));
    expect(expectWholeStream(await watch.ended())).toEqual({
      status: 'fail',
      cancelled: true,
      source: 'user',
      reason: `superseded by run ${second}`,
    });
    expect(expectWholeStream(await (await client.watch(second)).ended())).toEqual({ status: 'pass' });
    const [ended, begun] = [(await eventsOf(first)).at(-1)!, (await eventsOf(second))[0]!];
    expect(Date.parse(String(begun.at))).toBeGreaterThanOrEqual(Date.parse(String(ended.at)));
    expect(await client.read(second)).toMatchObject({ concurrencyKey: 'deploy' });
  });

  test('I12: a rerun passes as the first run did, and its request counts once', async () => {
    const first = await client.start(flow('/plain'));
    await (await client.watch(first)).ended();
    const again = () =>
      client.request<{ id: string }>('POST', `/v1/runs/${first}/rerun`, {
        body: { contextId: 'again' },
        headers: { 'Idempotency-Key': key },
      });
    const key = randomUUID();
    const [one, two] = [await again(), await again()];
    expect([one.status, two.status, two.body.id]).toEqual([202, 202, one.body.id]);
    expect(two.headers.get('idempotent-replayed')).toBe('true');
    expect(expectWholeStream(await (await client.watch(one.body.id)).ended())).toEqual({ status: 'pass' });
    expect(await client.read(one.body.id)).toMatchObject({ rerunOf: first, contextId: 'again' });
  });

  test('a user has as many runs on runners as it may: the next one waits, and one more is refused', async () => {
    const running = [];
    for (const tag of ['a', 'b']) {
      running.push(await client.start(flow(`/gate?${tag}`)));
      await bench.site.asked(`/gate?${tag}`);
    }
    const waiting = await client.start(flow('/gate?c'));
    const body = { project: await client.project(), ...flow('/plain') };
    const refused = await client.request('POST', '/v1/run', { body });
    expect([refused.status, refused.body]).toEqual([429, { ok: false, error: 'too many runs' }]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await client.read(waiting)).state).toBe('running.queued');

    bench.site.release('/gate?a');
    await bench.site.asked('/gate?c');
    expect((await client.read(running[1]!)).status).toBe('running');
    bench.site.release('/gate?b');
    bench.site.release('/gate?c');
    for (const id of [...running, waiting])
      expect(expectWholeStream(await (await client.watch(id)).ended())).toEqual({ status: 'pass' });
  });

  test('I5: a run that waits longer than its own queue timeout ends by it', async () => {
    const running = [];
    for (const tag of ['d', 'e']) {
      running.push(await client.start(flow(`/gate?${tag}`)));
      await bench.site.asked(`/gate?${tag}`);
    }
    // Its heartbeats say that a runner is up, a few seconds after it is.
    await eventually(async () => {
      const { text } = await client.request('GET', '/v1/system');
      expect(text).not.toContain('"code":"starting"');
    });
    const impatient = await client.start(flow('/plain', { queueTimeoutMs: 50 }));
    const error = 'no runner took the run in time';
    expect(expectWholeStream(await (await client.watch(impatient)).ended())).toEqual({
      status: 'fail',
      waitedFor: { code: 'runner' },
      error,
    });
    expect(await client.read(impatient)).toMatchObject({ stopReason: 'queue_timeout' });
    for (const tag of ['d', 'e']) bench.site.release(`/gate?${tag}`);
    for (const id of running) await (await client.watch(id)).ended();
  });
});
