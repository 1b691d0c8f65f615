/*
 * A page that floods its browser's connection for seconds, and a run of the same project, so on the same browser, that
 * is cancelled meanwhile: whatever it takes, that run ends within its grace budget.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import type { Client } from '../support/http/client.ts';
import { expectWholeStream } from '../support/http/run-stream.ts';
import { isEvent, isRunEnd } from '../support/http/sse.ts';
import { type Flood, startFloodSite } from '../support/sites/flood-site.ts';
import { startSite, type TestSite } from '../support/sites/site.ts';
import { createStack, startOneOfEach } from '../support/stack/stack.ts';

const GRACE_MS = 2_500;
const FLOODING_MS = 4_000;

let site: TestSite;
let client: Client;

beforeAll(async () => {
  const [stack, started] = await Promise.all([
    createStack({ env: { GHOSTLY_CANCEL_GRACE_MS: String(GRACE_MS), GHOSTLY_LEASE_MS: '9000' } }),
    startSite(),
  ]);
  site = started;
  ({ client } = await startOneOfEach(stack));
});

afterAll(() => site?.close());

/** A flood that is counted ends with its page, long before anybody cancels. */
const CLOSED = 'waitForSelector #nope: the page floods its browser with messages, and was closed';
const FLOODS: { flood: Flood; error?: string }[] = [
  { flood: 'messages that it sends over a socket', error: CLOSED },
  { flood: 'messages that it gets over sockets' },
  // Not counted, so that it takes the whole ladder, the kill of the browser included.
  { flood: 'empty messages over sockets' },
  { flood: 'uncaught errors', error: CLOSED },
  { flood: 'replaceState' },
  { flood: 'frames within frames' },
];

test.each(FLOODS)(
  'I4, I8, I13: a run beside a page that floods with $flood ends within its grace budget, and its page with it',
  async ({ flood, error }) => {
    await using floods = await startFloodSite();
    const waiting = { action: 'waitForSelector', selector: '#nope', timeoutMs: 60_000 };
    const tag = encodeURIComponent(flood);
    const beside = await client.start({
      baseUrl: site.url,
      steps: [{ action: 'goto', url: `/held?${tag}` }, waiting],
    });
    const watch = await client.watch(beside);
    await watch.until(isEvent('step_start', 1));
    const flooding = await client.start({
      baseUrl: floods.url,
      steps: [{ action: 'goto', url: floods.pathFor(flood, FLOODING_MS) }, waiting],
    });
    const watchFlooding = await client.watch(flooding);
    await Promise.race([floods.begun, watchFlooding.ended(30_000)]);

    const sent = performance.now();
    await client.cancel(beside);
    const messages = await watch.ended();
    expect(expectWholeStream(messages)).toMatchObject({ status: 'fail', cancelled: true, source: 'user' });
    expect(messages.find(isRunEnd)!.came - sent).toBeLessThan(GRACE_MS);
    await eventually(() => expect(site.open(`/never?${tag}`)).toBe(0), { timeoutMs: 1_000 });

    await client.cancel(flooding);
    await watchFlooding.ended();
    if (error !== undefined) expect((await client.read(flooding)).steps[1]).toMatchObject({ error });
  },
);
