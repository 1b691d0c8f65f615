/* A repeated message of a page is counted, and takes no room from errors and other messages. */
import { expect, test } from 'vitest';
import type { Said } from '#shared/domain/events/said.ts';
import { createHeard, type Heard } from '../../../../../services/runner/browser/said/heard.ts';

const line = (text: string, level: Said['level'] = 'info'): Said => ({ kind: 'console', level, text });
function hear() {
  const heardOf: number[] = [];
  const heard = createHeard({ redact: async (text, limit) => text.slice(0, limit), longest: 0 }, () =>
    heardOf.push(1),
  );
  return { heard, heardOf };
}
async function taken(heard: Heard): Promise<Said[]> {
  const { said, take } = await heard.read(Number.POSITIVE_INFINITY, true);
  take();
  return said;
}

test('what is said again after it was taken is counted further, and is no news', async () => {
  const { heard, heardOf } = hear();
  heard.add(line('tick'));
  expect(await taken(heard)).toEqual([line('tick')]);
  for (let n = 0; n < 300; n += 1) heard.add(line('tick'));
  expect(heard.isEmpty).toBe(true);
  expect(heardOf).toHaveLength(1);
  expect(await taken(heard)).toEqual([{ ...line('tick'), count: 300 }]);
});

test('a message that comes each second leaves room for others, however often it is taken', async () => {
  const { heard } = hear();
  for (let n = 0; n < 300; n += 1) {
    heard.add(line('tick'));
    await taken(heard);
  }
  heard.add(line('another'));
  expect(await taken(heard)).toEqual([line('another')]);
});

test('errors have room after more messages than are kept', async () => {
  const { heard } = hear();
  for (let n = 0; n < 300; n += 1) heard.add(line(`line ${n}`));
  heard.add(line('it broke', 'error'));
  const said = await taken(heard);
  expect(said.at(-2)).toEqual(line('it broke', 'error'));
  expect(said.at(-1)).toEqual({ kind: 'more', count: 150 });
});

test('what is said again between reading and taking is not lost', async () => {
  const { heard } = hear();
  heard.add(line('tick'));
  const { take } = await heard.read(10, true);
  heard.add(line('tick'));
  take();
  expect(await taken(heard)).toEqual([line('tick')]);
});

test('items with keys of their own are not one, though they say the same', async () => {
  const { heard } = hear();
  const popup: Said = { kind: 'popup', url: 'about:blank' };
  heard.add(popup, 'popup 1');
  heard.add(popup, 'popup 2');
  expect(await taken(heard)).toEqual([popup, popup]);
});
