/* I4, I8, I9: a cancel ends its run within the grace budget, whatever its step, page or browser does. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client, FlowStep } from '../../support/http/client.ts';
import { expectCutAtTheEnd, expectWholeStream, statusesOf } from '../../support/http/run-stream.ts';
import {
  isEntering,
  isEvent,
  isRunEnd,
  isStatus,
  type SseMessage,
  type Watch,
} from '../../support/http/sse.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { browsersWith } from '../../support/stack/leaks.ts';
import { createStack, type Stack, startOneOfEach } from '../../support/stack/stack.ts';

/** On whatever machine it runs on, time for a context to close. */
const GRACE_MS = share(4_500, 1_500);
/** And half a second more. */
const LAST_RUNG_MS = GRACE_MS + share(500, 0);

let stack: Stack;
let site: TestSite;
let client: Client;

beforeAll(async () => {
  [stack, site] = await Promise.all([
    createStack({ env: { GHOSTLY_CANCEL_GRACE_MS: String(GRACE_MS), GHOSTLY_LEASE_MS: '15000' } }),
    startSite(),
  ]);
  ({ client } = await startOneOfEach(stack));
});

afterAll(() => site?.close());

interface Case {
  name: string;
  tag: string;
  /** A page that keeps a connection to the site as long as it lives. */
  page: string;
  steps: FlowStep[];
  options?: Record<string, unknown>;
  /** Resolves when the flow is where it is to be cancelled. */
  reached(watch: Watch): Promise<unknown>;
}

const WAIT = { action: 'waitForSelector', selector: '#nope' };
const atStep = (n: number) => (watch: Watch) => watch.until(isEvent('step_start', n));

const CASES: Case[] = [
  {
    name: 'its page is in an endless loop',
    tag: 'loop',
    page: '/held',
    steps: [{ action: 'click', selector: '#loop' }],
    reached: () => site.asked('/loop-begun?loop'),
  },
  {
    name: 'its page asks before it lets anybody leave',
    tag: 'trap',
    page: '/trapped',
    steps: [{ action: 'click', selector: '#stay' }, WAIT],
    reached: atStep(2),
  },
  {
    name: 'its page leaves by itself, and asks before',
    tag: 'leaving',
    page: '/trapped',
    steps: [
      { action: 'click', selector: '#stay' },
      { action: 'goto', url: '/never?left' },
    ],
    reached: () => site.asked('/never?left'),
  },
  {
    name: 'its page opens one dialog after the other',
    tag: 'dialogs',
    page: '/alerts',
    steps: [{ action: 'click', selector: '#ask' }, WAIT],
    reached: () => site.asked('/asking'),
  },
  {
    name: 'it downloads a file that has no end',
    tag: 'download',
    page: '/download',
    steps: [{ action: 'click', selector: '#get' }, WAIT],
    reached: async (watch) => {
      await site.asked('/drip?file');
      await atStep(2)(watch);
    },
  },
  {
    name: 'its video is recorded',
    tag: 'video',
    page: '/held',
    steps: [WAIT],
    options: { recordVideoOnFailure: true },
    reached: atStep(1),
  },
  {
    name: 'its video is recorded and its page is in an endless loop',
    tag: 'video-loop',
    page: '/held',
    steps: [{ action: 'click', selector: '#loop' }],
    options: { recordVideoOnFailure: true, captureScreenshotAfterEachStep: true },
    reached: () => site.asked('/loop-begun?video-loop'),
  },
];

/** The rung of the ladder that ended the run, as its last transition says. */
const rungOf = (messages: readonly SseMessage[]) =>
  messages.findLast(({ data }) => data.type === 'transition')?.data.payload;

/** Time between its record and the stored end, ms, by the database's clock. */
async function cancelTook(id: string): Promise<number> {
  const text =
    'select extract(epoch from finished_at - cancel_requested_at)::float8 * 1000 as ms from runs where id = $1';
  return (await rows<{ ms: number }>(stack.databaseUrl, text, [id]))[0]!.ms;
}

test.each(CASES)(
  'row 5: a cancel while $name ends the run within its grace budget, and the rung that did is recorded (I4, I8, I9)',
  async ({ tag, page, steps, options, reached }) => {
    const flow = [{ action: 'goto', url: `${page}?${tag}` }, ...steps];
    const id = await client.start({ baseUrl: site.url, steps: flow, ...options });
    const watch = await client.watch(id);
    await reached(watch);

    const sent = performance.now();
    const reply = await client.cancel(id);
    const messages = await watch.ended();

    expect(reply.text).toBe(`{"ok":true,"id":"${id}","status":"cancelling"}`);
    expect(expectWholeStream(messages)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
    expect(statusesOf(messages)).toEqual(['running', 'cancelling', 'fail']);
    expect(messages.find(isRunEnd)!.came - sent).toBeLessThan(GRACE_MS);
    expect(rungOf(messages)).toMatchObject({
      from: 'cancelling.closing',
      to: 'fail',
      browser: { killed: false },
    });
    await eventually(() => expect(site.open(`/never?${tag}`)).toBe(0), { timeoutMs: 1_000 });
    const run = await client.read(id);
    expect(run).toMatchObject({ status: 'fail', state: 'fail', stopReason: 'cancelled' });
    expect(run.steps[0]).toMatchObject({ index: 0, ok: true });
    expectCutAtTheEnd(run.steps);
  },
);

test('row 5: a run whose browser hangs while it is being launched is cancelled in time, by killing the browser (I4)', async () => {
  const [browser] = await browsersWith(stack.home);
  process.kill(browser!.pid, 'SIGSTOP');
  try {
    const id = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
    const watch = await client.watch(id);
    await watch.until(isEntering('running.launching'));

    const first = await client.cancel(id);
    await watch.until(isStatus('cancelling'));
    const [second, shown] = await Promise.all([client.cancel(id), client.read(id)]);
    const messages = await watch.ended();

    const accepted = { status: 200, text: `{"ok":true,"id":"${id}","status":"cancelling"}` };
    expect([first, second]).toMatchObject([accepted, accepted]);
    expect(shown.status).toBe('cancelling');
    expect(shown.state).toMatch(/^cancelling\./);
    expect(expectWholeStream(messages)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
    expect(await cancelTook(id)).toBeLessThan(LAST_RUNG_MS);
    const killed = { killed: true, pid: browser!.pid };
    expect(rungOf(messages)).toMatchObject({ from: 'cancelling.killing', to: 'fail', browser: killed });
    expect((await browsersWith(stack.home)).map(({ pid }) => pid)).not.toContain(browser!.pid);
    expect((await client.read(id)).steps).toEqual([]);
  } finally {
    for (const { pid } of await browsersWith(stack.home)) process.kill(pid, 'SIGCONT');
  }
  const id = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
  expect(expectWholeStream(await (await client.watch(id)).ended())).toEqual({ status: 'pass' });
});

test('row 5: a run whose browser hangs while it acts is ended by killing the browser, which is recorded (I4)', async () => {
  const id = await client.start({
    baseUrl: site.url,
    steps: [{ action: 'goto', url: '/held?stopped' }, WAIT],
  });
  const watch = await client.watch(id);
  await atStep(1)(watch);
  const [browser] = await browsersWith(stack.home);
  process.kill(browser!.pid, 'SIGSTOP');
  await client.cancel(id);
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
  expect(await cancelTook(id)).toBeLessThan(LAST_RUNG_MS);
  expect(rungOf(messages)).toMatchObject({
    from: 'cancelling.killing',
    to: 'fail',
    browser: { killed: true, pid: browser!.pid },
  });
  await eventually(async () => {
    expect((await browsersWith(stack.home)).map(({ pid }) => pid)).not.toContain(browser!.pid);
  });
});
