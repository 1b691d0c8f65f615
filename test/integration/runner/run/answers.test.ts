/* I9: an answer that comes before the time is over counts, also if no message brought it. */
import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { recordAnswer } from '#shared/adapters/database/orders/answers.ts';
import { answerPlace } from '#shared/platform/seal/answer-place.ts';
import { newPrivateKeyText, publicTextOf } from '#shared/platform/seal/key-text.ts';
import { readPrivateKeys, readPublicKeys } from '#shared/platform/seal/keys.ts';
import { seal } from '#shared/platform/seal/seal.ts';
import { createRunAnswers } from '../../../../services/runner/run/person/answers.ts';
import { createRunOrders } from '../../../../services/runner/run/person/orders.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { ASKING_FLOW, claimByHand, queueRun, toAsk } from '../../../support/database/runs.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';

const { url } = await createTestDatabase();
const database = connectDatabase({ url, applicationName: 'answers' });
afterAll(() => database[Symbol.asyncDispose]());
const PRIVATE = newPrivateKeyText();
const keys = await readPrivateKeys(PRIVATE);
const publicKeys = await readPublicKeys(publicTextOf(PRIVATE));
/** Nothing stops it. */
const LIVE = new AbortController().signal;
const FIRST = { step: 0, pauses: 0 };
const never = new Promise<void>(() => undefined);

/** A run that asks, as its owner has it. */
async function asking(flow = ASKING_FLOW) {
  const { sql } = database;
  const account = await createOwner(sql);
  const { id: runId } = await queueRun(sql, account, { flow });
  const owner = randomUUID();
  const owned = await claimByHand(sql, owner);
  for (const event of toAsk()) await owned.commit(event);
  const place = { runId, attempt: 1, step: 0, pauses: 0 };
  const learned: string[] = [];
  const orders = createRunOrders(sql, { runId, owner, epoch: owned.run.epoch }, () => undefined);
  const answers = createRunAnswers({
    ...place,
    projectId: account.projectId,
    steps: flow.steps,
    orders,
    keys,
    secrets: { learn: (values) => void learned.push(...values) },
  });
  const answer = async (values: Record<string, string>) => {
    const sealed = await seal(publicKeys, answerPlace({ ...place, projectId: account.projectId }), values);
    return recordAnswer(sql, { ...place, userId: account.userId, names: Object.keys(values), sealed });
  };
  return { orders, answers, answer, learned, account };
}

it('hears of an answer that came before it was asked for, or is notified of one', async () => {
  for (const isBefore of [true, false]) {
    const { orders, answers, answer, account } = await asking();
    if (isBefore) await answer({ code: '123' });
    const waited = answers.answerTo(FIRST, never, LIVE);
    if (!isBefore) {
      await answer({ code: '123' });
      orders.arrived();
    }
    expect(await waited).toBe(true);
    expect(answers.valueOf('code')).toBe('123');
    expect(answers.of(0)).toEqual({ userId: account.userId, names: ['code'] });
  }
});

it('I9: an answer of the last moment counts, though no message brought it', async () => {
  const { answers, answer } = await asking();
  const over = Promise.withResolvers<void>();
  const waited = answers.answerTo(FIRST, over.promise, LIVE);
  await answer({ code: '123' });
  over.resolve();
  expect(await waited).toBe(true);
});

it('ends without an answer when the time is over, and with the reason of its signal when that is raised', async () => {
  const { answers } = await asking();
  expect(await answers.answerTo(FIRST, Promise.resolve(), LIVE)).toBe(false);
  const abort = new AbortController();
  const waited = answers.answerTo(FIRST, never, abort.signal);
  abort.abort(new Error('stopped'));
  await expect(waited).rejects.toThrow('stopped');
});
