/* No more statements of a share go at once than it may have; the others go in their order or are refused unsent. */
import { expect, it } from 'vitest';
import { inTurns, untilOver } from '#shared/adapters/database/in-turns.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createTurns } from '#shared/platform/async/turns.ts';

/** Statements that the test answers. */
function heldSql() {
  const open = new Map<string, PromiseWithResolvers<never[]>>();
  const rows = (text: string) => {
    const answer = Promise.withResolvers<never[]>();
    open.set(text, answer);
    return answer.promise.finally(() => open.delete(text));
  };
  const sql: Sql = {
    rows,
    row: async (text) => (await rows(text))[0],
    transaction: (work) => work(sql),
  };
  return { sql, open };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('the queue of a share lets so many statements go at once, and the others in the order they came, whatever becomes of one', async () => {
  const { sql, open } = heldSql();
  const taking = inTurns(sql, 2);
  const asked = ['a', 'b', 'c', 'd', 'e'].map((text) => taking.rows(text).catch(() => 'failed'));
  expect([...open.keys()]).toEqual(['a', 'b']);
  open.get('b')!.reject(new Error('refused'));
  await settled();
  expect([...open.keys()]).toEqual(['a', 'c']);
  open.get('a')!.resolve([]);
  await settled();
  expect([...open.keys()]).toEqual(['c', 'd']);
  open.get('c')!.resolve([]);
  open.get('d')!.resolve([]);
  await settled();
  expect([...open.keys()]).toEqual(['e']);
  open.get('e')!.resolve([]);
  expect(await Promise.all(asked)).toEqual([[], 'failed', [], [], []]);
});

it('the queue of a share lets one go at once when all have gone', async () => {
  const { sql, open } = heldSql();
  const taking = inTurns(sql, 1);
  for (const text of ['a', 'b']) {
    const asked = taking.rows(text);
    expect([...open.keys()]).toEqual([text]);
    open.get(text)!.resolve([]);
    await asked;
  }
});

it('the queue of a share refuses what comes to its turn when all is over, and nothing of others in the same turns', async () => {
  const { sql, open } = heldSql();
  const [over, turns] = [new AbortController(), createTurns(1)];
  const [others, given] = [inTurns(sql, turns), inTurns(untilOver(sql, over.signal, 'it is over'), turns)];
  const first = given.rows('first');
  const waiting = [given.rows('second'), given.row('third'), given.transaction(async () => 'fourth')];
  const other = others.rows('other');
  over.abort();
  open.get('first')!.resolve([]);
  expect(await first).toEqual([]);
  for (const refused of waiting)
    await expect(refused).rejects.toMatchObject({ message: 'it is over', mayHaveTakenEffect: false });
  open.get('other')!.resolve([]);
  expect(await other).toEqual([]);
});
