/* I13: few traces are read at once, one of each reader, and a client that leaves makes room. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { TooManyWaitingError } from '#shared/platform/async/turns.ts';
import { takeTraceTurn } from '../../../../services/gateway/playwright-trace/trace-turns.ts';
import { eventually } from '../../../support/eventually.ts';

test('I13: few traces are read at once, one of each reader, and a client that leaves makes room', async () => {
  const begun: string[] = [];
  const take = (reader: string, name = reader) => {
    const answer = new PassThrough();
    const turn = takeTraceTurn(reader, answer).then((signal) => {
      begun.push(name);
      return signal;
    });
    return { answer, turn };
  };
  const first = take('ana', 'ana 1');
  const second = take('ana', 'ana 2');
  const others = ['ben', 'cleo', 'dan'].map((reader) => take(reader));
  await eventually(async () => expect(begun).toEqual(['ana 1', 'ben', 'cleo']));
  first.answer.destroy();
  await eventually(async () => expect(begun).toHaveLength(4));
  expect(begun.at(-1)).toBe('dan');
  expect((await first.turn).aborted).toBe(true);
  const many = Array.from({ length: 5 }, () => take('ana'));
  await expect(many.at(-1)?.turn).rejects.toThrow(TooManyWaitingError);
  for (const { answer } of [...others, second, ...many]) answer.destroy();
  await Promise.allSettled([...others, second, ...many].map(({ turn }) => turn));
});
