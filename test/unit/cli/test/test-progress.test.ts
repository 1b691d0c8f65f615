/* A terminal has a line for each test that has ended, and a last one for those that run. */
import { expect, test } from 'vitest';
import type { BatchEntry, BatchTest } from '#shared/api/client/index.ts';
import { createTestProgress } from '../../../../services/cli/test/test-progress.ts';
import { attempt, batchOfTests, batchTest } from './fixture.ts';

const created = batchOfTests('running', [], { counts: { ...batchOfTests('running', []).counts, tests: 2 } });
const one = (status: BatchTest['status'], more: Partial<BatchTest> = {}): BatchTest =>
  batchTest(status, { index: 0, name: 'one', ...more });
const two = (status: BatchTest['status']): BatchTest => batchTest(status, { index: 1, name: 'two' });

function shown(live: boolean, tests: BatchTest[]) {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const terminal = { colour: false, live, columns: 40, write };
  const progress = createTestProgress(created, terminal);
  for (const [seq, test] of tests.entries()) progress.show({ kind: 'test', seq, test });
  progress.close();
  return { text, progress };
}

const HISTORY = [
  one('running'),
  two('running'),
  one('waiting', { attempts: [attempt('fail')] }),
  two('pass'),
  one('flaky', { attempts: [attempt('fail'), attempt('pass', { attempt: 2 })] }),
  one('flaky', { attempts: [attempt('fail'), attempt('pass', { attempt: 2 })] }),
];

test('without a terminal there is a line for each test once it has ended, and nothing else', () => {
  expect(shown(false, HISTORY).text).toBe('  ✓ 2 two (1.1s)\n  ± 1 one (2.3s)  flaky, passed at attempt 2\n');
});

test('on a terminal the last line says what runs, no longer than the terminal, and is gone at the end', () => {
  const lines = shown(true, [
    ...HISTORY.slice(0, 2),
    one('running', { name: 'x'.repeat(60) }),
    ...HISTORY.slice(2),
  ])
    .text.replaceAll('\r\x1b[2K', '\n')
    .split('\n')
    .filter((line) => line !== '');
  expect(lines.map((line) => line.trimEnd())).toEqual([
    '  1 running, 0 of 2 done: one',
    '  2 running, 0 of 2 done: one, two',
    `  2 running, 0 of 2 done: ${'x'.repeat(12)}…`,
    '  1 running, 0 of 2 done: two',
    '  ✓ 2 two (1.1s)',
    '  1 running, 0 of 2 done: two',
    '  ± 1 one (2.3s)  flaky, passed at attempt 2',
  ]);
});

test('what the stream has said is known, in the order of the tests', () => {
  const { progress } = shown(false, HISTORY);
  const entry: BatchEntry = { kind: 'batch', seq: 9, batch: { ...created, status: 'pass' } };
  progress.show(entry);
  progress.show({ kind: 'end' });
  const { status, tests } = progress.known();
  expect({ status, tests: tests.map(({ name, status: own }) => [name, own]) }).toEqual({
    status: 'pass',
    tests: [
      ['one', 'flaky'],
      ['two', 'pass'],
    ],
  });
});

test('for scripts it is only kept', () => {
  const progress = createTestProgress(created, undefined);
  progress.show({ kind: 'test', seq: 1, test: two('fail') });
  progress.note('nothing');
  progress.close();
  expect(progress.known().tests).toHaveLength(1);
});
