import { expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually, scaledMs } from '../../support/eventually.ts';
import { expectWholeStream } from '../../support/http/run-stream.ts';
import { startFaultProxy } from '../../support/servers/fault-proxy/fault-proxy.ts';
import { useStack } from '../../support/stack/use-stack.ts';
import { startWaitingRun } from '../../support/stack/waiting-run.ts';

/** The default times, on a calm machine. */
const TIMES = {
  GHOSTLY_LEASE_MS: String(scaledMs(10_000)),
  GHOSTLY_CANCEL_GRACE_MS: String(scaledMs(2_500)),
};
const ANSWER_MS = 1_200;
/** More than an owner goes on without an answer. */
const SLOW_FOR_MS = scaledMs(8_000);

const NOW = 'select clock_timestamp() as now';
/** Those of these runs whose leases were renewed so many ms later. */
const RENEWED = `
select from leases where run_id = any ($1) and renewed_at > $2::timestamptz + $3::float8 * interval '1 ms'`;

const bench = useStack({ besides: ['supervisor'] });

test('I2, I5: a database that takes 1.2 s for each answer to a runner loses none of its runs', async () => {
  await using postgres = await startFaultProxy(bench.stack.databaseUrl);
  const runner = await bench.stack.start('runner', { ...TIMES, DATABASE_URL: postgres.url });
  const waiting = await Promise.all(
    ['a', 'b', 'c'].map((tag) => startWaitingRun(bench.client, bench.site, tag)),
  );
  const [{ now }] = (await rows<{ now: Date }>(bench.stack.databaseUrl, NOW)) as [{ now: Date }];
  postgres.delay(ANSWER_MS / 2);
  await eventually(
    async () => {
      const kept = await rows(bench.stack.databaseUrl, RENEWED, [
        waiting.map(({ id }) => id),
        now,
        SLOW_FOR_MS,
      ]);
      expect(kept).toHaveLength(waiting.length);
    },
    { timeoutMs: 4 * SLOW_FOR_MS },
  );
  expect(waiting.map((_, n) => bench.site.open(`/never?${'abc'[n]}`))).toEqual([1, 1, 1]);
  postgres.heal();
  for (const { id } of waiting) expect(await bench.client.read(id)).toMatchObject({ status: 'running' });
  // All at once: a browser whose cancelled run closes late is killed, with the others on it.
  const replies = await Promise.all(waiting.map(({ id }) => bench.client.cancel(id)));
  expect(replies.map(({ status }) => status)).toEqual(waiting.map(() => 200));
  const end = { status: 'fail', cancelled: true, source: 'user' };
  for (const { watch } of waiting) expect(expectWholeStream(await watch.ended())).toEqual(end);
  expect(runner.lines.filter((line) => line.includes('fenced'))).toEqual([]);
  await runner.stop();
});
