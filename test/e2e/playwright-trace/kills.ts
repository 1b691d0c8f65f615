import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, PATIENCE_MS } from '../../support/eventually.ts';
import { isEvent } from '../../support/http/sse.ts';
import { openViewer, titlesIn, type Viewer } from '../../support/playwright-trace/viewer.ts';
import { startLabelled, useStack } from '../../support/stack/use-stack.ts';
import { viewOf } from './view.ts';

/** `TRACE_KILLS=100 npx vitest run --project servers test/e2e/playwright-trace.test.ts -t kill` for as many. */
const KILLS = Number(process.env.TRACE_KILLS ?? 2);

const bench = useStack();
let viewer: Viewer;
beforeAll(async () => {
  viewer = await openViewer();
});
afterAll(() => viewer?.[Symbol.asyncDispose]());

test(`the trace of a run whose runner is killed in step 3 has steps 1 to 3, ${KILLS} times`, {
  timeout: (2 + KILLS) * PATIENCE_MS,
}, async () => {
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const label = `traced-${kill}`;
    const runner = await startLabelled(bench.stack, label);
    const steps = [
      { action: 'goto', url: '/form' },
      { action: 'waitForSelector', selector: 'input[name=name]' },
      { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 },
    ];
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      steps,
      runnerLabels: [label],
    });
    const watch = await bench.client.watch(id);
    await watch.until(isEvent('step_start', 2));
    // What was there a second before is kept: the step, and how the page looked before it.
    await eventually(async () =>
      expect(await stepsWithLook(id)).toEqual(
        expect.arrayContaining(['#never >> nth=0', '3. waitForSelector #never']),
      ),
    );
    runner.signal('SIGKILL');
    await runner.exited;
    await watch.ended();
    const page = await viewer.open(await viewOf(bench.client, id));
    expect((await titlesIn(page)).join('\n')).toMatch(
      /1\. goto \/form[\s\S]*2\. waitForSelector input[\s\S]*3\. waitForSelector #never/,
    );
    const shown = page.frameLocator('iframe.snapshot-visible');
    await eventually(async () => expect(await shown.locator('button').first().textContent()).toBe('Send'));
    await page.context().close();
  }
  // It removes what the killed ones have left.
  await (await bench.stack.start('runner')).stop();
  expect({ elsewhere: viewer.elsewhere, errors: viewer.errors }).toEqual({ elsewhere: [], errors: [] });
});

interface TraceLine {
  type: string;
  callId?: string;
  title?: string;
  params?: { selector?: string };
  snapshot?: { callId?: string };
}

/** What is kept: the titles of steps, and the selectors of calls that have their look at the page. */
async function stepsWithLook(id: string): Promise<string[]> {
  const path = `/v1/runs/${id}/playwright-trace/files/1-trace.trace`;
  const { text } = await bench.client.request('GET', path);
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as TraceLine);
  const looks = new Set(lines.map(({ snapshot }) => snapshot?.callId));
  return lines.flatMap(({ type, callId, title, params }) => {
    if (type !== 'before') return [];
    return title ?? ((looks.has(callId) && params?.selector) || []);
  });
}
