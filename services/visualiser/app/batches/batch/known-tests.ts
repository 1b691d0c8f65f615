/*
 * The tests of one batch as they are known. Owns a signal for each: what changes of one is drawn in its row alone, and the
 * list of rows only if a test has come into another part.
 */
import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { BatchTest } from '#shared/api/contract/batches/batches.ts';
import { partOf, type TestPlace } from '../test-parts.ts';

export interface KnownTests {
  /** All of them, in their order in the batch. */
  readonly places: ReadonlySignal<readonly TestPlace[]>;
  /** A test that is in `places`. */
  at(index: number): ReadonlySignal<BatchTest>;
  all(): BatchTest[];
  put(tests: readonly BatchTest[]): void;
}

export function createKnownTests(): KnownTests {
  const byIndex = new Map<number, Signal<BatchTest>>();
  const places = signal<readonly TestPlace[]>([]);
  /** Whether it has come into another part. */
  function putOne(test: BatchTest): boolean {
    const known = byIndex.get(test.index);
    const before = known?.peek();
    if (known) {
      if (JSON.stringify(before) !== JSON.stringify(test)) known.value = test;
    } else byIndex.set(test.index, signal(test));
    return before === undefined || partOf(before) !== partOf(test);
  }
  const inOrder = () =>
    [...byIndex.values()].map((test) => test.peek()).toSorted((a, b) => a.index - b.index);
  return {
    places,
    at: (index) => byIndex.get(index)!,
    all: inOrder,
    put: (tests) =>
      batch(() => {
        // Each of them is put, whether or not one before it has moved.
        if (tests.map(putOne).includes(true))
          places.value = inOrder().map((test) => ({ index: test.index, part: partOf(test) }));
      }),
  };
}
