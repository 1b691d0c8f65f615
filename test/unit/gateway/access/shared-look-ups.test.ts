/* I13: callers that come at once share one look-up, begun after each has asked, and wait for no other name. */
import { expect, it } from 'vitest';
import { createSharedLookUps } from '../../../../services/gateway/access/shared-look-ups.ts';

/** Look-ups that the test answers. */
function heldLookUps() {
  const lookUp = createSharedLookUps<string>();
  const open: PromiseWithResolvers<string>[] = [];
  const look = () => {
    const answer = Promise.withResolvers<string>();
    open.push(answer);
    return answer.promise;
  };
  return { open, lookUp: (name: string) => lookUp(name, look) };
}

it('I13: the gateway shares one look-up among those that come at once, begun after each of them asked', async () => {
  const { open, lookUp } = heldLookUps();
  const first = lookUp('key');
  const later = Array.from({ length: 100 }, () => lookUp('key'));
  expect(open).toHaveLength(1);
  open[0]!.resolve('before it was revoked');
  expect(await first).toBe('before it was revoked');
  expect(open).toHaveLength(2);
  open[1]!.resolve('after it');
  expect(new Set(await Promise.all(later))).toEqual(new Set(['after it']));
  void lookUp('key');
  expect(open).toHaveLength(3);
});

it('the gateway shares a failure with those that came before it began, and with nobody else', async () => {
  const { open, lookUp } = heldLookUps();
  const [first, later] = [lookUp('key'), lookUp('key')];
  open[0]!.reject(new Error('out of reach'));
  await expect(first).rejects.toThrow('out of reach');
  open[1]!.resolve('there again');
  expect(await later).toBe('there again');
});

it('I13: the gateway lets no name wait for another', () => {
  const { open, lookUp } = heldLookUps();
  void lookUp('one');
  void lookUp('other');
  expect(open).toHaveLength(2);
});
