/* I13: a report for GitHub begins with failures, fits its limit, and shows texts from elsewhere as code only. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownReport } from '../../../../../services/gateway/batches/report/markdown.ts';
import {
  anyBatch,
  atOnce,
  FIFTY,
  givenAttempts,
  givenBatch,
  givenTest,
  LINKS,
  NO_LINKS,
  pausesOf,
} from './given-batch.ts';

const reportOf = (...of: Parameters<typeof markdownReport>) => atOnce(markdownReport(...of)).join('');

const URL = String.raw`\]\(https:\/\/ghostly\.example\/[\w\/.%-]+\)`;
const LINE = new RegExp(
  [
    '',
    '### (Failed|Flaky|Failed in quarantine|Passed)',
    String.raw`## (Passed|Failed): \[CODE${URL}, \d+ tests? in [\w. ]+: ?((\d+ [a-z ]+)(, )?)*`,
    'Cancelled: CODE',
    String.raw`- (CODE|\[CODE${URL})(: CODE)?( \([\w. ]*(, )?(attempts( \[\d${URL},?)+)?(, )?(\[picture${URL})?\))?`,
    String.raw`- and \d+ more`,
    String.raw`<details><summary>\d+ passed</summary>`,
    '</details>',
  ]
    .map((line) => `^${line}$`)
    .join('|'),
);

/** A line with each code span as CommonMark finds it: from some backticks to as many. */
const withoutCode = (line: string): string => line.replace(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g, 'CODE');

describe('a report as Markdown', () => {
  it('counts fifty rows, three of them flaky, and has what failed first', () => {
    const report = reportOf(FIFTY, LINKS);
    const lines = report.split('\n');
    expect(lines[0]).toBe(
      '## Failed: [`main, commit 3f2a1c`](https://ghostly.example/batches/00000000-0000-4000-8000-000000000007), ' +
        '50 tests in 1 m 03 s: 2 failed, 3 flaky, 1 failed in quarantine, 44 passed',
    );
    expect(lines.filter((line) => line.startsWith('###'))).toEqual([
      '### Failed',
      '### Flaky',
      '### Failed in quarantine',
      '### Passed',
    ]);
    const runs = 'https://ghostly.example/runs/00000000-0000-4000-8000-00000000';
    expect(lines[4]).toBe(
      `- [\`checkout: row 10\`](${runs}1001): \`no button in attempt 1\` ` +
        `(1.0 s, attempts [1](${runs}1001), [2](${runs}1002), [picture](https://ghostly.example/artifacts/10/0.png))`,
    );
    expect(lines[5]).toContain('`Its runner was lost.`');
  });

  it('folds many tests that passed', () => {
    const batch = givenBatch(Array.from({ length: 51 }, (_, index) => givenTest(index, {})));
    expect(reportOf(batch, NO_LINKS)).toContain(
      '\n\n<details><summary>51 passed</summary>\n\n- `checkout: row 0`\n',
    );
  });

  it('says why a batch was cancelled, and needs no addresses', () => {
    const tests = [
      givenTest(0, { status: 'cancelled', attempts: givenAttempts(0, ['cancelled']) }),
      givenTest(1, { status: 'skipped' }),
    ];
    const cancel = { at: '2026-12-01T10:00:30.000Z', reason: 'wrong branch', job: FIFTY.id };
    expect(reportOf(givenBatch(tests, { status: 'cancelled', cancel }), NO_LINKS)).toBe(
      [
        '## Cancelled: `main, commit 3f2a1c`, 2 tests in 1 m 03 s: 1 cancelled, 1 not begun',
        'Cancelled: `wrong branch`',
        '### Failed',
        '- `checkout: row 0`: `cancelled: wrong branch` (500 ms)\n',
      ].join('\n\n'),
    );
  });

  it('I13: is paused after each test', () => {
    expect(pausesOf(markdownReport)).toBe(1_000);
  });

  it('stays below the megabyte that GitHub takes', () => {
    const tests = Array.from({ length: 1_000 }, (_, index) => {
      const attempts = givenAttempts(
        index,
        Array.from({ length: 6 }, () => 'fail' as const),
      );
      const error = '試'.repeat(4_000);
      return givenTest(index, {
        name: `${index}${'試'.repeat(300)}`,
        status: (['fail', 'flaky', 'fail', 'pass'] as const)[index % 4]!,
        quarantined: index % 4 === 2,
        attempts: attempts.map((attempt) => ({ ...attempt, error })),
      });
    });
    const report = reportOf(givenBatch(tests), LINKS);
    expect(Buffer.byteLength(report)).toBeLessThan(1_048_576);
    expect(report).toContain('- and 50 more');
  });

  it('has texts from elsewhere in code only, so that nothing of them is read as Markdown or HTML', () => {
    fc.assert(
      fc.property(anyBatch, (batch) => {
        for (const line of reportOf(batch, LINKS).split('\n')) expect(withoutCode(line)).toMatch(LINE);
      }),
    );
  });

  it('the test of that finds what is outside of code', () => {
    for (const line of ['- `a` @team', '- `a`: ``b`', '- `a`` b', '<b>', '- [`a`](javascript:x)'])
      expect(withoutCode(line)).not.toMatch(LINE);
  });
});
