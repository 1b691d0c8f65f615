/* I13: a cancel is sent to its owner again if that does not answer, and no request waits for another's cancels. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunToCancel } from '#shared/adapters/database/runs/record-cancel.ts';
import type { DeliverCancel } from '../../../../services/gateway/cancel/deliver.ts';
import { createCancelDelivery } from '../../../../services/gateway/cancel/delivery.ts';
import { eventually } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { threadMs } from '../../../support/thread-ms.ts';

const run = (runId: string, owner: string | null = 'owner'): RunToCancel => ({
  runId,
  owner,
  epoch: 1,
  traceparent: null,
  cancel: { source: 'user', mode: 'graceful' },
});

/** A delivery whose messages are answered by hand. */
function underHand() {
  const begun: { runId: string; answer: PromiseWithResolvers<Awaited<ReturnType<DeliverCancel>>> }[] = [];
  const deliver: DeliverCancel = ({ runId }) => {
    const answer = Promise.withResolvers<Awaited<ReturnType<DeliverCancel>>>();
    begun.push({ runId, answer });
    return answer.promise;
  };
  return { begun, delivery: createCancelDelivery({ deliver, log: quietLog() }) };
}

it('the delivery tells the owners of claimed runs first, a few at a time', async () => {
  const { begun, delivery } = underHand();
  const claimed = Array.from({ length: 7 }, (_, n) => run(`claimed-${n}`));
  delivery.later([run('queued', null), ...claimed, run('queued-too', null)]);
  expect(begun.map(({ runId }) => runId)).toEqual([...claimed.map(({ runId }) => runId), 'queued']);
  begun[0]!.answer.resolve('cancelling');
  await eventually(() => expect(begun.at(-1)!.runId).toBe('queued-too'));
  for (const { answer } of begun) answer.resolve('cancelling');
  await delivery[Symbol.asyncDispose]();
});

it('a run that waits is notified once, also if another request names it; a failed one stops no other', async () => {
  const { begun, delivery } = underHand();
  const runs = Array.from({ length: 10 }, (_, n) => run(`run-${n}`));
  delivery.later(runs);
  delivery.later(runs.slice(8));
  expect(begun).toHaveLength(8);
  begun[0]!.answer.reject(new Error('lost'));
  begun[1]!.answer.resolve('cancelling');
  await eventually(() => expect(begun).toHaveLength(10));
  for (const { answer } of begun) answer.resolve('cancelling');
  await delivery[Symbol.asyncDispose]();
  expect(begun).toHaveLength(10);
});

it('closing waits for those on their way, and begins no other', async () => {
  const { begun, delivery } = underHand();
  delivery.later(Array.from({ length: 20 }, (_, n) => run(`run-${n}`)));
  const closing = delivery[Symbol.asyncDispose]();
  let closed = false;
  const watched = closing.then(() => {
    closed = true;
  });
  for (const { answer } of begun.slice(1)) answer.resolve('cancelling');
  await Promise.resolve();
  expect(closed).toBe(false);
  begun[0]!.answer.resolve('cancelling');
  await watched;
  expect(begun).toHaveLength(8);
});

it('I13: requests take turns', async () => {
  const { begun, delivery } = underHand();
  delivery.later(Array.from({ length: 20 }, (_, n) => run(`large-${n}`)));
  delivery.later([run('small-0'), run('small-1')]);
  for (let n = 0; n < 4; n += 1) {
    begun[n]!.answer.resolve('cancelling');
    await eventually(() => expect(begun).toHaveLength(9 + n));
  }
  expect(begun.slice(8).map(({ runId }) => runId)).toEqual(['large-8', 'small-0', 'large-9', 'small-1']);
  const closing = delivery[Symbol.asyncDispose]();
  for (const { answer } of begun) answer.resolve('cancelling');
  await closing;
});

it('I13: the delivery starts that stop nothing cost the next cancel nothing', async () => {
  const { begun, delivery } = underHand();
  const start = threadMs();
  for (let n = 0; n < 5_000_000; n += 1) delivery.later([]);
  const since = threadMs();
  delivery.later([run('one')]);
  expect(threadMs() - since).toBeLessThan((since - start) / 2);
  begun[0]!.answer.resolve('cancelling');
  await delivery[Symbol.asyncDispose]();
});

describe('an owner that does not answer is asked again', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** A delivery to owners that do not answer. */
  function unanswered() {
    const asked: RunToCancel[] = [];
    const deliver: DeliverCancel = async (run) => {
      asked.push(run);
      return 'unanswered';
    };
    return { asked, delivery: createCancelDelivery({ deliver, log: quietLog() }) };
  }

  it('whatever recorded the cancel, and three times', async () => {
    const { asked, delivery } = unanswered();
    expect(await delivery.now(run('single'))).toBe('cancelling');
    delivery.later([run('of-many')]);
    await vi.advanceTimersByTimeAsync(60_000);
    const times = (runId: string) => asked.filter((run) => run.runId === runId).length;
    expect({ single: times('single'), many: times('of-many') }).toEqual({ single: 4, many: 4 });
    await delivery[Symbol.asyncDispose]();
  });

  it('I13: no more often if a run is cancelled many times, and with the newest cancel', async () => {
    const { asked, delivery } = unanswered();
    const force = (): RunToCancel => ({ ...run('one'), cancel: { source: 'user', mode: 'force' } });
    await Promise.all(Array.from({ length: 200 }, (_, n) => delivery.now(n === 199 ? force() : run('one'))));
    expect(asked.splice(0)).toHaveLength(200);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.map(({ cancel }) => cancel.mode)).toEqual(['force', 'force', 'force']);
    await delivery[Symbol.asyncDispose]();
  });

  it('I13: a few runs at once, and those that wait for their first try take turns with them', async () => {
    const { begun, delivery } = underHand();
    const first = Array.from({ length: 30 }, (_, n) => delivery.now(run(`run-${n}`)));
    for (const { answer } of begun.splice(0)) answer.resolve('unanswered');
    await Promise.all(first);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(begun).toHaveLength(8);
    delivery.later(Array.from({ length: 4 }, (_, n) => run(`new-${n}`)));
    for (const { answer } of begun.splice(0)) answer.resolve('cancelling');
    await vi.advanceTimersByTimeAsync(0);
    expect(begun.filter(({ runId }) => runId.startsWith('new-'))).toHaveLength(4);
    const closing = delivery[Symbol.asyncDispose]();
    for (const { answer } of begun) answer.resolve('cancelling');
    await closing;
  });

  it.each([
    ['its owner has answered', 'cancelling'],
    ['a supervisor has ended it', 'stale'],
  ] as const)('until %s', async (_, outcome) => {
    const { begun, delivery } = underHand();
    const answered = delivery.now(run('one'));
    begun[0]!.answer.resolve('unanswered');
    await answered;
    await vi.advanceTimersByTimeAsync(500);
    begun[1]!.answer.resolve(outcome);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(begun).toHaveLength(2);
    await delivery[Symbol.asyncDispose]();
  });

  it('until the gateway closes, which waits for the one on its way', async () => {
    const { begun, delivery } = underHand();
    const answered = ['on-its-way', 'due'].map((runId) => delivery.now(run(runId)));
    begun[0]!.answer.resolve('unanswered');
    await answered[0];
    await vi.advanceTimersByTimeAsync(500);
    begun[1]!.answer.resolve('unanswered');
    await answered[1];
    let closed = false;
    const closing = delivery[Symbol.asyncDispose]().then(() => {
      closed = true;
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(closed).toBe(false);
    begun[2]!.answer.resolve('unanswered');
    await closing;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(begun.map(({ runId }) => runId)).toEqual(['on-its-way', 'due', 'on-its-way']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
