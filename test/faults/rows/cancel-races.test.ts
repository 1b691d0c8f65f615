/* I3, I6: the answer of a cancel holds, though it races other cancels, the claim or the end of its run. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client, Reply } from '../../support/http/client.ts';
import { expectWholeStream, statusesOf } from '../../support/http/run-stream.ts';
import { isEntering, isEvent, isRunEnd } from '../../support/http/sse.ts';
import { share } from '../../support/share.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type Stack, startOneOfEach } from '../../support/stack/stack.ts';
import { enoughFor, repeat } from '../scale.ts';

let stack: Stack;
let site: TestSite;
let one: Client;
let other: Client;

beforeAll(async () => {
  // A context that is closed late on a busy machine would take the other runs of its browser with it.
  const times = { GHOSTLY_LEASE_MS: '30000', GHOSTLY_CANCEL_GRACE_MS: '9000' };
  stack = await createStack({ env: { LOG_LEVEL: 'warn', RUNNER_SLOTS: '6', ...times } });
  site = await startSite();
  const [each, second] = await Promise.all([startOneOfEach(stack), stack.start('gateway')]);
  one = each.client;
  other = await stack.clientOf(second);
});

afterAll(() => site?.close());

const answerOf = ({ status, text }: Reply) => `${status} ${text}`;
const accepted = (id: string) => `200 {"ok":true,"id":"${id}","status":"cancelling"}`;
const TOO_LATE = '409 {"ok":false,"error":"run ya finalizó"}';
/** Each round, starts and cancels go through different gateways. */
const gatewaysOf = (n: number) => (n % 2 === 0 ? [one, other] : [other, one]) as [Client, Client];

test.each([2, 100])(
  'row 6: of %i cancels at once over two gateways each is answered, and one takes effect (I3, I6)',
  async (count) => {
    const id = await one.start({
      baseUrl: site.url,
      steps: [
        { action: 'goto', url: '/plain' },
        { action: 'waitForSelector', selector: '#nope' },
      ],
    });
    const watch = await other.watch(id);
    await watch.until(isEvent('step_start', 1));

    const cancels = Array.from({ length: count }, (_, i) => (i % 2 === 0 ? one : other).cancel(id));
    const replies = (await Promise.all(cancels)).map(answerOf);
    const messages = await watch.ended();

    expect(replies).toContain(accepted(id));
    expect(replies.filter((reply) => reply !== accepted(id) && reply !== TOO_LATE)).toEqual([]);
    expect(expectWholeStream(messages)).toEqual({ status: 'fail', cancelled: true, source: 'user' });
    expect(statusesOf(messages)).toEqual(['running', 'cancelling', 'fail']);
    expect(messages.filter(isEntering('cancelling.aborting'))).toHaveLength(1);
    const { events } = await one.read(id);
    expect(events.filter(({ type }) => type === 'run_end')).toHaveLength(1);
    expect(answerOf(await other.cancel(id))).toBe(TOO_LATE);
  },
);

const ENDS = share(50, 1_000);

test(`row 7: in ${ENDS} races of a cancel with the end of its run, the answer and the outcome agree (I3)`, {
  timeout: enoughFor(ENDS, 400),
}, async () => {
  // Finds the moment by itself, on a machine of any speed: later after an accepted cancel, earlier after a refused one.
  let afterMs = 5;
  const answers: string[] = [];

  const race = async (n: number) => {
    const [starter, canceller] = gatewaysOf(n);
    const id = await starter.start({
      baseUrl: site.url,
      steps: [
        { action: 'goto', url: '/plain' },
        { action: 'waitForSelector', selector: 'h1' },
      ],
    });
    const watch = await canceller.watch(id);
    await watch.until(isEvent('step_start', 1));
    await delay(afterMs);
    const answer = answerOf(await canceller.cancel(id));
    const messages = await watch.ended();
    const runEnd = expectWholeStream(messages);
    const run = await starter.read(id);
    if (answer === accepted(id)) {
      afterMs = afterMs * 1.2 + 1;
      expect(runEnd, id).toEqual({ status: 'fail', cancelled: true, source: 'user' });
      expect(run).toMatchObject({ status: 'fail', stopReason: 'cancelled', cancel: { source: 'user' } });
    } else {
      afterMs = Math.max(0, afterMs / 1.2 - 1);
      expect(answer).toBe(TOO_LATE);
      expect(runEnd, id).toEqual({ status: 'pass' });
      expect(run.status).toBe('pass');
      expect(run).not.toHaveProperty('cancel');
    }
    expect(run.events.filter(({ type }) => type === 'run_end')).toHaveLength(1);
    expect(messages.filter(isRunEnd)).toHaveLength(1);
    answers.push(answer.slice(0, 3));
  };

  await repeat(ENDS, 5, race);
  expect(answers).toHaveLength(ENDS);
  // Both ends of the race were seen, or it was none.
  expect(answers.filter((status) => status === '200').length).toBeGreaterThan(ENDS / 10);
  expect(answers.filter((status) => status === '409').length).toBeGreaterThan(ENDS / 10);
});

const CLAIMS = share(50, 1_000);
/** How a run stands in the database when all is over. */
interface Ended {
  id: string;
  status: string;
  owner: string | null;
  cancelled: boolean;
  stale: boolean;
  claimedAfterCancel: boolean;
}

test(`row 8: in ${CLAIMS} races of a cancel with the claim, no browser starts after an accepted cancel, and no run is called stale (I3)`, {
  timeout: enoughFor(CLAIMS, 300),
}, async () => {
  let afterMs = 0;
  const ids: string[] = [];

  const race = async (n: number) => {
    const [starter, canceller] = gatewaysOf(n);
    const steps = [{ action: 'goto', url: `/never?claim-${n}` }];
    const id = await starter.start({ baseUrl: site.url, steps });
    ids[n] = id;
    await delay(afterMs);
    const answer = answerOf(await canceller.cancel(id));
    expect(answer, id).toBe(accepted(id));
    const run = await eventually(async () => {
      const found = await starter.read(id);
      expect(found.status).toBe('fail');
      return found;
    });
    const cancelAt = run.events.findIndex(({ type }) => type === 'cancel');
    const begun = run.events.findLastIndex(({ payload }) => String(payload?.to).startsWith('running.'));
    expect(begun, JSON.stringify(run.events)).toBeLessThan(cancelAt);
    if (begun < 0) expect(site.requests).not.toContain(`/never?claim-${n}`);
    // Again, beside other files a claim may come tens of ms later.
    afterMs = begun < 0 ? afterMs * 1.2 + 0.5 : Math.max(0, afterMs / 1.2 - 0.5);
  };

  await repeat(CLAIMS, 4, race);
  const ended = await rows<Ended>(
    stack.databaseUrl,
    `select id, status, owner, cancelled, stale, claimed_at > cancel_requested_at as "claimedAfterCancel"
       from runs where id = any($1)`,
    [ids],
  );
  expect(ended).toHaveLength(CLAIMS);
  expect(ended.filter(({ claimedAfterCancel }) => claimedAfterCancel)).toEqual([]);
  expect(ended.filter(({ status, cancelled, stale }) => status !== 'fail' || !cancelled || stale)).toEqual(
    [],
  );
  const claimed = ended.filter(({ owner }) => owner !== null).length;
  expect(claimed).toBeGreaterThan(CLAIMS / 20);
  expect(CLAIMS - claimed).toBeGreaterThan(CLAIMS / 20);
});
