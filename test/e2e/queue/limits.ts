import { beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { useServices, useStack } from '../../support/stack/use-stack.ts';

const bench = useStack({ besides: [] });

describe('a gateway and a runner', () => {
  let client: Client;
  const services = useServices(() => [bench.stack.launch('gateway'), bench.stack.launch('runner')]);
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
});
