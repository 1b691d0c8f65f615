import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client, Reply } from '../support/client.ts';
import { expectWholeStream, statusesOf } from '../support/run-stream.ts';
import { startSite, type TestSite } from '../support/site.ts';
import { isEntering, isEvent, isRunEnd } from '../support/sse.ts';
import { createStack, startOneOfEach } from '../support/stack.ts';

let site: TestSite;
let one: Client;
let other: Client;

beforeAll(async () => {
  const stack = await createStack({ env: { LOG_LEVEL: 'warn' } });
  site = await startSite();
  const [each, second] = await Promise.all([startOneOfEach(stack), stack.start('gateway')]);
  one = each.client;
  other = await stack.clientOf(second);
});

afterAll(() => site?.close());

const answerOf = ({ status, text }: Reply) => `${status} ${text}`;
const accepted = (id: string) => `200 {"ok":true,"id":"${id}","status":"cancelling"}`;
const TOO_LATE = '409 {"ok":false,"error":"run ya finalizó"}';

test.each([2, 50])(
  'I3, I6: of %i cancels at once over two gateways each is answered, and one takes effect',
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

const RACES = 100;
const AT_ONCE = 5;

test(`I3: in ${RACES} races of a cancel with the last step, the answer and the outcome agree`, async () => {
  // Finds the moment by itself, on a machine of any speed: later after an accepted cancel, earlier after a refused one.
  let afterMs = 5;
  const answers: string[] = [];

  const race = async (n: number) => {
    const [starter, canceller] = n % 2 === 0 ? [one, other] : [other, one];
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
      afterMs += 2;
      expect(runEnd, id).toEqual({ status: 'fail', cancelled: true, source: 'user' });
      expect(run).toMatchObject({ status: 'fail', stopReason: 'cancelled', cancel: { source: 'user' } });
    } else {
      afterMs = Math.max(0, afterMs - 2);
      expect(answer).toBe(TOO_LATE);
      expect(runEnd, id).toEqual({ status: 'pass' });
      expect(run.status).toBe('pass');
      expect(run).not.toHaveProperty('cancel');
    }
    expect(run.events.filter(({ type }) => type === 'run_end')).toHaveLength(1);
    expect(messages.filter(isRunEnd)).toHaveLength(1);
    answers.push(answer.slice(0, 3));
  };

  let next = 0;
  const racer = async () => {
    while (next < RACES) await race(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, racer));

  expect(answers).toHaveLength(RACES);
  // Both ends of the race were seen, or it was none.
  expect(answers.filter((status) => status === '200').length).toBeGreaterThan(10);
  expect(answers.filter((status) => status === '409').length).toBeGreaterThan(10);
});
