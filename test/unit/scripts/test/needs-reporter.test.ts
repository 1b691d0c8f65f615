/* A run of tests tells what it did not try for lack of something on the machine, and fails for any other skip. */
import { expect, test } from 'vitest';
import { accountFor } from '../../../../scripts/test/needs-reporter.ts';

const skipped = [
  { file: 'b.test.ts', name: 'with a window', lacks: ['full Chromium'] },
  { file: 'a.test.ts', name: 'as video', lacks: ['ffmpeg', 'git'] },
  { file: 'b.test.ts', name: 'as two videos', lacks: ['ffmpeg'] },
] as const;

test('what was not tried is told once for each thing that is missing, with its files and the way to try it', async () => {
  const { notTried, unexplained } = await accountFor(skipped, async (need) => need === 'git');
  expect(notTried).toEqual([
    expect.stringMatching(
      /^Not tried without full Chromium: tests of 1 file \(b\.test\.ts\)\..* apt-get install chromium\b/,
    ),
    expect.stringMatching(/^Not tried without ffmpeg: tests of 2 files \(a\.test\.ts, b\.test\.ts\)\./),
  ]);
  expect(unexplained).toEqual([]);
});

test('a skip that a complete machine would show is an error', async () => {
  const by = [...skipped, { file: 'c.test.ts', name: 'for no reason', lacks: [] }];
  const { notTried, unexplained } = await accountFor(by, async (need) => need !== 'full Chromium');
  expect(notTried).toHaveLength(1);
  expect(unexplained).toEqual([
    'Skipped for lack of ffmpeg, git, which is there: a.test.ts > as video',
    'Skipped for lack of ffmpeg, which is there: b.test.ts > as two videos',
    'Skipped without a need: c.test.ts > for no reason',
  ]);
});
