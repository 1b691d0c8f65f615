/* Statements of a runner go in their order, and a claim that has waited for long is not sent. */
import { expect, it } from 'vitest';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { paceStatements } from '../../../services/runner/paced-statements.ts';

/** A database that answers when the test says so, and a clock that the test sets. */
function world(atOnce: number) {
  const sent: string[] = [];
  const answers: (() => void)[] = [];
  const query = (text: string) => {
    sent.push(text);
    return new Promise<never[]>((resolve) => answers.push(() => resolve([])));
  };
  const sql: Sql = {
    rows: (text) => query(text),
    row: async (text) => (await query(text))[0],
    transaction: (work) => work(sql),
  };
  const clock = { ms: 0 };
  const paced = paceStatements(sql, { atOnce, slowMs: 500, now: () => clock.ms });
  const answer = async () => {
    answers.shift()!();
    await new Promise(setImmediate);
  };
  return { ...paced, paced: paced.sql, sent, answer, clock };
}

it('statements go in the order they come, as many at a time as there are connections', async () => {
  const { paced, sent, answer } = world(2);
  const all = ['a', 'b', 'c', 'd'].map((text) => paced.rows(text));
  expect(sent).toEqual(['a', 'b']);
  await answer();
  expect(sent).toEqual(['a', 'b', 'c']);
  for (let left = 3; left > 0; left -= 1) await answer();
  await Promise.all(all);
  expect(sent).toEqual(['a', 'b', 'c', 'd']);
});

it('a database keeps up until statements wait for long, and again when none has for as long', async () => {
  const { paced, keepsUp, answer, clock } = world(1);
  const first = paced.rows('first');
  clock.ms = 10_000;
  expect(keepsUp()).toBe(true); // it is slow, but nothing waits for it
  const second = paced.rows('second');
  clock.ms += 500;
  expect(keepsUp()).toBe(true);
  clock.ms += 1;
  expect(keepsUp()).toBe(false);
  await answer();
  await first;
  expect(keepsUp()).toBe(false);
  clock.ms += 501;
  expect(keepsUp()).toBe(true);
  await answer();
  await second;
});

it('a claim that has waited for long is not sent: much of the lease that it takes would be over', async () => {
  const { paced, claims, keepsUp, sent, answer, clock } = world(1);
  const first = paced.rows('commit');
  const late = claims.transaction((sql) => sql.rows('claim'));
  clock.ms = 501;
  const refused = expect(late).rejects.toMatchObject({ mayHaveTakenEffect: false });
  await answer();
  await Promise.all([first, refused]);
  expect(sent).toEqual(['commit']);
  expect(keepsUp()).toBe(false);
  const inTime = claims.rows('claim');
  await answer();
  await inTime;
  expect(sent).toEqual(['commit', 'claim']);
});

it('a statement that fails gives its turn to the next', async () => {
  const broken: Sql = {
    rows: async () => Promise.reject(new Error('gone')),
    row: async () => undefined,
    transaction: (work) => work(broken),
  };
  const { sql } = paceStatements(broken, { atOnce: 1, slowMs: 500, now: () => 0 });
  await expect(sql.rows('one')).rejects.toThrow('gone');
  await expect(sql.row('two')).resolves.toBeUndefined();
});
