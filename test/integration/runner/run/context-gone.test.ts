/* A run's context is gone before anybody hears that the run is final (I8). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stateOf, statusOf } from '#shared/domain/run/snapshot.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { type BrowserBench, createBench } from '../browser/fixture.ts';
import { startMachine } from '../browser/start-machine.ts';

let bench: BrowserBench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench?.[Symbol.asyncDispose]());

const PLAIN = { action: 'goto', url: '/plain' };
const NOTHING = { action: 'waitForSelector', selector: '#nothing' };

it.each([
  ['passes', [PLAIN], 'pass'],
  ['fails', [PLAIN, { ...NOTHING, timeoutMs: 300 }], 'fail'],
  ['is cancelled', [PLAIN, NOTHING], 'fail'],
])('I8: the context of a run that %s is gone before it is final', async (how, steps, status) => {
  const open: unknown[] = [];
  const run = startMachine(bench, bench.flow(steps), {
    onMove(_, after) {
      if (isFinal(statusOf(after))) open.push(bench.pool.describe().browsers.map(({ contexts }) => contexts));
      const acts = stateOf(after) === 'running.stepping.acting' && after.context.done === 1;
      if (acts && how === 'is cancelled')
        setImmediate(() => run.live.cancel({ source: 'user', mode: 'graceful' }, 'command'));
    },
  });
  expect(statusOf(await run.ended)).toBe(status);
  expect(open).toEqual([[0]]);
});
