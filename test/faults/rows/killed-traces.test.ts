import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { isEvent } from '../../support/http/sse.ts';
import { share } from '../../support/share.ts';
import { startLabelled, useStack } from '../../support/stack/use-stack.ts';

const bench = useStack();
const KILLS = share(2, 10);

test(`row 31: a runner that is killed while it writes a trace loses nothing of what was kept, ${KILLS} times`, {
  timeout: 60_000 + KILLS * 30_000,
}, async () => {
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const label = `killed-trace-${kill}`;
    const runner = await startLabelled(bench.stack, label);
    // Each step has something for the trace, so the kill comes while that is redacted, packed or kept.
    const steps = Array.from({ length: 200 }, (_, n) => ({
      action: 'goto',
      url: n % 2 ? '/plain' : '/form',
    }));
    const id = await bench.client.start({ baseUrl: bench.site.url, steps, runnerLabels: [label] });
    const watch = await bench.client.watch(id);
    await watch.until(isEvent('step_success', 2 + kill));
    const before = await eventually(async () => {
      const answer = await traceOf(id);
      expect(answer.status).toBe(200);
      return answer.text;
    });
    runner.signal('SIGKILL');
    await runner.exited;
    await watch.ended();
    const after = await traceOf(id);
    expect(after.text.startsWith(before)).toBe(true);
    for (const line of after.text.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('type');
    expect((await bench.client.read(id)).status).toBe('fail');
  }
  // It removes what the killed ones have left.
  await (await bench.stack.start('runner')).stop();
});

const traceOf = (id: string) =>
  bench.client.request('GET', `/v1/runs/${id}/playwright-trace/files/1-trace.trace`);
