import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DatabaseUnavailableError } from '#shared/database/errors.ts';
import type { Sql } from '#shared/database/sql.ts';
import { type Budgets, divide } from '../../../services/gateway/budgets.ts';

/** Statements that are never answered; how many of each kind have got a connection. */
function blocked() {
  const begun: string[] = [];
  const never = (text: string) => {
    begun.push(text);
    return new Promise<never>(() => undefined);
  };
  const sql: Sql = { rows: never, row: never, transaction: () => never('transaction') };
  const count = (kind: string) => begun.filter((text) => text === kind).length;
  return { sql, begun, count };
}

const MANY = 20;

async function ask(budgets: Budgets, kinds: readonly (keyof Budgets)[]) {
  for (let n = 0; n < MANY; n += 1) for (const kind of kinds) void budgets[kind].rows(kind);
  await turn();
}

it.each([
  { kinds: ['lists'], connections: 4, get: { lists: 1 } },
  { kinds: ['streams'], connections: 4, get: { streams: 1 } },
  { kinds: ['changes'], connections: 4, get: { changes: 2 } },
  { kinds: ['lists', 'streams'], connections: 4, get: { lists: 1, streams: 1 } },
  { kinds: ['lists', 'changes'], connections: 4, get: { lists: 1, changes: 2 } },
  { kinds: ['searches'], connections: 4, get: { searches: 1 } },
  { kinds: ['searches', 'lists', 'changes'], connections: 4, get: { searches: 1, lists: 1, changes: 1 } },
  { kinds: ['searches', 'streams'], connections: 16, get: { searches: 2, streams: 2 } },
  { kinds: ['lists', 'streams', 'changes'], connections: 16, get: { lists: 4, streams: 4, changes: 7 } },
  { kinds: ['lists', 'streams', 'changes'], connections: 2, get: { lists: 1, streams: 0, changes: 0 } },
] as const)(
  'I14: of $connections connections blocked $kinds get $get',
  async ({ kinds, connections, get }) => {
    const { sql, count } = blocked();
    await ask(divide(sql, connections), kinds);
    expect(Object.fromEntries(kinds.map((kind) => [kind, count(kind)]))).toEqual(get);
  },
);

it('I14: whatever is blocked, one connection is left to who calls and to cancels', async () => {
  for (const connections of [2, 3, 4, 5, 8, 16, 100]) {
    const { sql, begun } = blocked();
    await ask(divide(sql, connections), ['lists', 'searches', 'streams', 'changes']);
    expect(begun.length).toBeLessThan(connections);
  }
});

it('I13: whoever waits for a turn while the database answers nothing is refused, and was never sent', async () => {
  const { sql, begun } = blocked();
  const budgets = divide(sql, 4);
  const kinds = ['lists', 'searches', 'streams', 'changes'] as const;
  const asked = kinds.flatMap((kind) => Array.from({ length: MANY }, () => budgets[kind].rows(kind)));
  await turn();
  const sent = begun.length;
  budgets.refuseWaiting();
  const refused = await Promise.allSettled(asked.map((one) => Promise.race([one, turn()])));
  const reasons = refused.filter((one) => one.status === 'rejected').map(({ reason }) => reason);
  expect(reasons).toHaveLength(asked.length - sent);
  for (const reason of reasons) {
    expect(reason).toBeInstanceOf(DatabaseUnavailableError);
    expect(reason).toMatchObject({ mayHaveTakenEffect: false });
  }
  expect(begun).toHaveLength(sent);
});

it.each([4, 5, 8, 16, 100])(
  'I13: of %i connections slow searches leave some to lists and changes',
  async (n) => {
    const { sql, count } = blocked();
    const budgets = divide(sql, n);
    await ask(budgets, ['searches', 'streams']);
    await ask(budgets, ['lists']);
    await ask(budgets, ['changes']);
    expect(count('lists')).toBe(Math.min(MANY, Math.floor(n / 4)));
    expect(count('changes')).toBeGreaterThan(0);
  },
);

it.each(['hints', 'searches'] as const)(
  'I13: however many %s there are, an event stream waits for one',
  async (kind) => {
    const begun: string[] = [];
    const answers: (() => void)[] = [];
    const answer = (text: string) => {
      begun.push(text);
      return new Promise<never>((resolve) => answers.push(() => resolve([] as never)));
    };
    const sql: Sql = { rows: answer, row: answer, transaction: () => answer('transaction') };
    const budgets = divide(sql, 4);
    for (let n = 0; n < MANY; n += 1) void budgets[kind].rows(kind);
    void budgets.streams.rows('stream');
    await turn();
    answers.shift()!();
    await turn();
    expect(begun).toEqual([kind, 'stream']);
  },
);
