import { setTimeout as passes } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { startFaultProxy } from '../../support/servers/fault-proxy/fault-proxy.ts';
import { useStack } from '../../support/stack/use-stack.ts';
import { startWaitingRun } from '../../support/stack/waiting-run.ts';

/** As they are by default. */
const TIMES = { GHOSTLY_LEASE_MS: '10000', GHOSTLY_CANCEL_GRACE_MS: '2500' };
const ANSWER_MS = 1_200;
const SLOW_FOR_MS = 8_000;

const bench = useStack({ besides: ['supervisor'] });

test('I2, I5: a database that takes 1.2 s for each answer to a runner loses none of its runs', async () => {
  await using postgres = await startFaultProxy(bench.stack.databaseUrl);
  const runner = await bench.stack.start('runner', { ...TIMES, DATABASE_URL: postgres.url });
  const waiting = await Promise.all(
    ['a', 'b', 'c'].map((tag) => startWaitingRun(bench.client, bench.site, tag)),
  );
  postgres.delay(ANSWER_MS / 2);
  await passes(SLOW_FOR_MS);
  expect(waiting.map((_, n) => bench.site.open(`/never?${'abc'[n]}`))).toEqual([1, 1, 1]);
  postgres.heal();
  for (const { id, watch } of waiting) {
    expect(await bench.client.read(id)).toMatchObject({ status: 'running' });
    expect((await bench.client.cancel(id)).status).toBe(200);
    const end = { status: 'fail', cancelled: true, source: 'user' };
    expect(expectWholeStream(await watch.ended())).toEqual(end);
  }
  expect(runner.lines.filter((line) => line.includes('fenced'))).toEqual([]);
  await runner.stop();
});
