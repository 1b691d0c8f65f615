/*
 * Shows the tests of a batch as they end, one line each, and on a terminal how many go on as a last line that is written
 * over. Owns that line, and what is known of the batch so far.
 */
import type { Batch, BatchEntry, BatchSummary, BatchTest } from '#shared/api/client/index.ts';
import { isTestFinal } from '#shared/domain/batch/rules.ts';
import { createLastLine } from '../view/last-line.ts';
import { createPalette } from '../view/palette.ts';
import { plainText } from '../view/plain-text.ts';
import { shorten } from '../view/shorten.ts';
import type { Terminal } from '../view/terminal.ts';
import { testLine } from './test-text.ts';

export interface TestProgress {
  show(entry: BatchEntry): void;
  /** A line from outside. */
  note(text: string): void;
  /** Completes the last line; call it before anything else writes. */
  close(): void;
  /** The batch as far as its stream has come. */
  known(): Batch;
}

/** Without a terminal nothing is shown, and only kept. */
export function createTestProgress(batch: BatchSummary, terminal: Terminal | undefined): TestProgress {
  const tests = new Map<number, BatchTest>();
  const shown = new Set<number>();
  const last = terminal && createLastLine(terminal);
  const palette = createPalette(terminal?.colour ?? false);
  const width = String(batch.counts.tests).length;
  let now = batch;

  const tell = (test: BatchTest) => {
    const line = shown.has(test.index) ? undefined : testLine(test, width, palette);
    if (line === undefined) return;
    shown.add(test.index);
    last?.printAbove(line);
  };
  const renew = () => {
    if (!terminal?.live) return;
    last?.clear();
    const text = liveText([...tests.values()], batch.counts.tests);
    if (text !== undefined) last?.begin(palette.dim(shorten(text, terminal.columns - 1)));
  };

  return {
    show(entry) {
      if (entry.kind === 'batch') now = entry.batch;
      if (entry.kind !== 'test') return;
      tests.set(entry.test.index, entry.test);
      tell(entry.test);
      renew();
    },
    note: (text) => last?.printAbove(text),
    close() {
      if (terminal?.live) last?.clear();
      last?.leave();
    },
    known: () => ({ ...now, tests: [...tests.values()].toSorted((a, b) => a.index - b.index) }),
  };
}

/** `  2 running, 41 of 50 done: shop.order › quantity=2, shop.cart` */
function liveText(tests: readonly BatchTest[], all: number): string | undefined {
  const running = tests.filter(({ status }) => status === 'running');
  const done = tests.filter(({ status }) => isTestFinal(status)).length;
  if (running.length === 0) return undefined;
  const names = running.map(({ name }) => plainText(name)).join(', ');
  return `  ${running.length} running, ${done} of ${all} done: ${names}`;
}
