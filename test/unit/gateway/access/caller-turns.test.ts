/* I13, I14: no user waits for another, no kind of request for another kind, and cancels go first. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import { createCallerTurns, type Kind, type Turn } from '../../../../services/gateway/access/caller-turns.ts';
import { createRightOfWay, type RightOfWay } from '../../../../services/gateway/access/right-of-way.ts';

/** Takes turns, and knows whose have begun. */
function takers(most: number, cancels?: RightOfWay) {
  const turns = createCallerTurns({ most, changes: 1, ...(cancels && { cancels }) });
  const begun: string[] = [];
  const take = (kind: Kind, userId: string, label = `${userId} ${kind}`): Promise<Turn> =>
    turns.take(kind, userId).then((taken) => {
      begun.push(label);
      return taken;
    });
  return { turns, begun, take };
}
const fewTurns = async () => {
  for (let n = 0; n < 5; n += 1) await turn();
};
/** Longer than any test takes. */
const LONG_MS = 2 ** 30;
const refused = { code: 'too_many_requests', retryAfterS: expect.any(Number) };

it('I13: the gateway lets no user wait for another, and no kind of request for another kind', async () => {
  const { begun, take } = takers(100);
  for (let n = 0; n < 50; n += 1) void take('reads', 'ann');
  await fewTurns();
  const anns = begun.length;
  expect(anns).toBeLessThan(5);
  await Promise.all([
    take('reads', 'bob'),
    take('cancels', 'ann'),
    take('changes', 'ann'),
    take('lists', 'ann'),
  ]);
  expect(begun.slice(anns)).toEqual(['bob reads', 'ann cancels', 'ann changes', 'ann lists']);
});

it('I13: the gateway begins those that waited in their order, one of a user in each turn of the event loop', async () => {
  const { begun, take } = takers(100);
  const taken = await Promise.all([take('reads', 'ann', 'a'), take('reads', 'ann', 'b')]);
  const waiting = ['c', 'd', 'e', 'f'].map((label) => take('reads', 'ann', label));
  await fewTurns();
  expect(begun).toEqual(['a', 'b']);
  for (const one of taken) one.leave();
  const before = begun.length;
  await turn();
  expect(begun.length - before).toBeLessThanOrEqual(1);
  await fewTurns();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  for (const one of await Promise.all(waiting.slice(0, 2))) one.leave();
  await Promise.all(waiting);
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

it('I13, I14: the gateway begins nothing that has waited while a cancel of another is carried out', async () => {
  const { begun, take } = takers(100, createRightOfWay(LONG_MS));
  const taken = await Promise.all([take('reads', 'ann', 'a'), take('reads', 'ann', 'b')]);
  const waiting = [take('reads', 'ann', 'c'), take('reads', 'ann', 'd')];
  const cancel = await take('cancels', 'bob', 'cancel');
  for (const one of taken) one.leave();
  await take('reads', 'cid', 'has not waited');
  await fewTurns();
  expect(begun).toEqual(['a', 'b', 'cancel', 'has not waited']);
  cancel[Symbol.dispose]();
  await Promise.all(waiting);
  expect(begun.slice(4)).toEqual(['c', 'd']);
});

it('I13: the gateway lets a cancel pass until its request is over, also where it has left its turn', async () => {
  const { begun, take } = takers(100, createRightOfWay(LONG_MS));
  const cancel = await take('cancels', 'bob');
  const [first] = await Promise.all([take('reads', 'ann'), take('reads', 'ann')]);
  const waiting = take('reads', 'ann', 'has waited');
  first.leave();
  cancel.leave();
  await fewTurns();
  expect(begun).not.toContain('has waited');
  cancel[Symbol.dispose]();
  await waiting;
});

it('I13: the gateway refuses what is too many of a user, and nothing of another', async () => {
  const { take } = takers(2);
  const [first, second] = await Promise.all([take('reads', 'ann'), take('reads', 'ann')]);
  const waiting = [take('reads', 'ann'), take('reads', 'ann')];
  await expect(take('reads', 'ann')).rejects.toMatchObject(refused);
  await take('reads', 'bob');
  await take('cancels', 'ann');
  first.leave();
  first.leave();
  second.leave();
  await Promise.all(waiting);
});

it('a turn is taken again after what is done outside of it, behind those that came meanwhile', async () => {
  const { begun, take } = takers(10);
  const first = await take('lists', 'ann', 'first');
  const held = Promise.withResolvers<string>();
  const back = first.outside(() => held.promise).then((result) => begun.push(result));
  const second = await take('lists', 'ann', 'second');
  held.resolve('back');
  await fewTurns();
  expect(begun).toEqual(['first', 'second']);
  second.leave();
  await back;
  void take('lists', 'ann', 'third');
  await fewTurns();
  expect(begun).toEqual(['first', 'second', 'back']);
  first.leave();
  await fewTurns();
  expect(begun).toEqual(['first', 'second', 'back', 'third']);
});

it('I13: the gateway looks up few callers of an address at a time, and those who cancel apart from the others', async () => {
  const { turns } = takers(1);
  const begun: string[] = [];
  const never = (name: string) => () => {
    begun.push(name);
    return new Promise<never>(() => undefined);
  };
  const asked = Array.from({ length: 6 }, () => turns.signIn('reads', '10.0.0.1', never('read')));
  await expect(asked[5]).rejects.toMatchObject(refused);
  expect(begun).toHaveLength(4);
  for (const one of asked) one.catch(() => undefined);
  void turns.signIn('cancels', '10.0.0.1', never('cancel'));
  void turns.signIn('reads', '10.0.0.2', never('elsewhere'));
  expect(begun.slice(4)).toEqual(['cancel', 'elsewhere']);
});

it('I13: the gateway refuses what waits while the database does not answer, and what is under way goes on', async () => {
  const { turns, take } = takers(10);
  const [first] = await Promise.all([take('reads', 'ann'), take('reads', 'ann')]);
  const waiting = take('reads', 'ann');
  turns.refuseWaiting();
  await expect(waiting).rejects.toThrow(DatabaseUnavailableError);
  first.leave();
  await take('reads', 'ann');
});
