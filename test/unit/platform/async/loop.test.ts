/* A loop that is woken turns at once, or right after the turn under way, and never after its close. */
import { describe, expect, it } from 'vitest';
import { startLoop } from '#shared/platform/async/loop.ts';

const NEVER_MS = 1_000_000;

/** A loop whose turns the test ends. */
function heldLoop() {
  const turns: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  const loop = startLoop(
    NEVER_MS,
    () =>
      new Promise<void>((resolve) => {
        turns.push(resolve);
        for (const wake of waiting.splice(0)) wake();
      }),
    () => undefined,
  );
  const turn = async (n: number) => {
    while (turns.length < n) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { loop, turns, turn };
}

describe('a loop', () => {
  it('turns at once when it is woken while it rests', async () => {
    const { loop, turns, turn } = heldLoop();
    turns[0]!();
    await new Promise((resolve) => setImmediate(resolve));
    loop.wake();
    await turn(2);
    turns[1]!();
    await loop[Symbol.asyncDispose]();
    expect(turns).toHaveLength(2);
  });

  it('turns once more right after the turn under way, however often it was woken meanwhile', async () => {
    const { loop, turns, turn } = heldLoop();
    loop.wake();
    loop.wake();
    expect(turns).toHaveLength(1);
    turns[0]!();
    await turn(2);
    turns[1]!();
    await loop[Symbol.asyncDispose]();
    expect(turns).toHaveLength(2);
  });

  it('cannot be woken when it is closed, and closing waits for the turn under way', async () => {
    const { loop, turns } = heldLoop();
    let closed = false;
    const closing = Promise.resolve(loop[Symbol.asyncDispose]()).then(() => {
      closed = true;
    });
    loop.wake();
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    turns[0]!();
    await closing;
    loop.wake();
    expect(turns).toHaveLength(1);
  });
});
