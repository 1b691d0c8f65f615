/* A batch's results say why and where each test failed, and its exit code follows from its verdict. */
import { describe, expect, test } from 'vitest';
import {
  cancelText,
  failureLines,
  shortDuration,
  testLine,
  totalLines,
} from '../../../../services/cli/test/test-text.ts';
import { exitCodeOfBatch } from '../../../../services/cli/test/verdict.ts';
import { createPalette } from '../../../../services/cli/view/palette.ts';
import { attempt, batchOfTests, batchTest, RUN_ID } from './fixture.ts';

const plain = createPalette(false);

describe('a test that has ended', () => {
  test.each([
    [batchTest('pass'), '  ✓   3 shop.order › quantity=2 (1.1s)'],
    [
      batchTest('flaky', { attempts: [attempt('fail'), attempt('pass', { attempt: 2 })] }),
      '  ±   3 shop.order › quantity=2 (2.3s)  flaky, passed at attempt 2',
    ],
    [batchTest('fail'), '  ✘   3 shop.order › quantity=2 (1.1s)'],
    [
      batchTest('fail', { attempts: [attempt('fail'), attempt('lost', { attempt: 2 })] }),
      '  ✘   3 shop.order › quantity=2 (2.3s)  failed at all 2 attempts',
    ],
    [batchTest('fail', { quarantined: true }), '  ✘   3 shop.order › quantity=2 (1.1s)  quarantined'],
    [batchTest('cancelled'), '  ■   3 shop.order › quantity=2 (1.1s)  cancelled'],
    [batchTest('skipped'), '  -   3 shop.order › quantity=2  skipped'],
    [batchTest('fail', { attempts: [], reason: 'no room' }), '  ✘   3 shop.order › quantity=2'],
  ])('of %o is one line', (given, line) => {
    expect(testLine(given, 3, plain)).toBe(line);
  });

  test.each(['waiting', 'running'] as const)('is not one that is %s', (status) => {
    expect(testLine(batchTest(status), 3, plain)).toBeUndefined();
  });

  test('has a name that cannot colour or move anything', () => {
    const named = batchTest('pass', { name: 'a\x1b[31m › b\r\nc\u202e' });
    expect(testLine(named, 1, plain)).toBe('  ✓ 3 a › b c (1.1s)');
  });

  test('is coloured only where colours are', () => {
    expect(testLine(batchTest('fail'), 1, createPalette(true))).toContain('\x1b[31m✘');
  });
});

test('failures say why and where, and those in quarantine come last', () => {
  const failed = attempt('fail', { error: 'no element\nmatches', picture: '2026/a.png' });
  const tests = [
    batchTest('fail', { index: 0, name: 'a', quarantined: true, attempts: [failed] }),
    batchTest('pass', { index: 1, name: 'b' }),
    batchTest('flaky', { index: 2, name: 'c', attempts: [failed, attempt('pass', { attempt: 2 })] }),
    batchTest('fail', { index: 3, name: 'd', attempts: [failed] }),
    batchTest('fail', { index: 4, name: 'e', attempts: [], reason: 'the flow is gone' }),
    batchTest('cancelled', { index: 5, name: 'f', attempts: [] }),
  ];
  const seenAt = { page: 'http://g/#', artifacts: 'http://g/artifacts' };
  const why = [
    '     no element matches',
    '     picture: http://g/artifacts/2026/a.png',
    `     http://g/#/runs/${RUN_ID}`,
  ];
  expect(failureLines({ tests }, seenAt, plain)).toEqual([
    '',
    '  1) 4 d',
    ...why,
    '',
    '  2) 5 e',
    '     the flow is gone',
    '',
    '  3) 3 c  flaky, passed at attempt 2',
    ...why,
    '',
    '  4) 1 a  quarantined',
    ...why,
  ]);
  expect(failureLines({ tests: [tests[3]!] }, {}, plain)).toEqual(['', '  1) 4 d', why[0]]);
});

test('the totals have a line for what there is', () => {
  const tests = [
    batchTest('pass'),
    batchTest('pass'),
    batchTest('flaky'),
    batchTest('fail'),
    batchTest('fail', { quarantined: true }),
    batchTest('cancelled'),
    batchTest('skipped'),
  ];
  expect(totalLines({ tests }, 12_400, plain)).toEqual([
    '  1 failed',
    '  1 cancelled',
    '  1 flaky',
    '  1 quarantined, and failed',
    '  1 skipped',
    '  2 passed (12.4s)',
  ]);
  expect(totalLines({ tests: [] }, 12, plain)).toEqual(['  0 passed (12ms)']);
});

test('the totals say which flaky tests fail the command', () => {
  const flaky = batchTest('flaky');
  const said = (tests: (typeof flaky)[]) => totalLines({ tests }, 12, plain, true)[0];
  expect(said([flaky])).toBe('  1 flaky (--fail-on-flaky)');
  expect(said([{ ...flaky, quarantined: true }])).toBe('  1 flaky');
});

test.each([
  [900, '900ms'],
  [2_345, '2.3s'],
  [123_000, '2m03s'],
])('%i ms are %s', (ms, text) => {
  expect(shortDuration(ms)).toBe(text);
});

test('who has cancelled a batch is said, if anybody has', () => {
  const cancel = { at: '2026-12-01T10:00:00.000Z', job: RUN_ID };
  expect(cancelText({})).toBeUndefined();
  expect(cancelText({ cancel })).toBe('cancelled');
  expect(cancelText({ cancel: { ...cancel, by: 'a@b.c', reason: 'a\x1b[1mdeploy' } })).toBe(
    'cancelled by a@b.c: adeploy',
  );
});

describe('the exit code', () => {
  const flaky = batchTest('flaky');
  test.each([
    ['passed', 'pass', [batchTest('pass')], [0, 0]],
    ['passed with a flaky test', 'pass', [flaky], [0, 1]],
    ['passed with a flaky test in quarantine', 'pass', [{ ...flaky, quarantined: true }], [0, 0]],
    ['passed with a failure in quarantine', 'pass', [batchTest('fail', { quarantined: true })], [0, 0]],
    ['failed', 'fail', [batchTest('fail')], [1, 1]],
    ['was cancelled', 'cancelled', [batchTest('cancelled')], [1, 1]],
    ['goes on', 'running', [batchTest('running')], [5, 5]],
  ] as const)('of a batch that %s', (_, status, tests, codes) => {
    const batch = batchOfTests(status, [...tests]);
    expect([exitCodeOfBatch(batch, false), exitCodeOfBatch(batch, true)]).toEqual(codes);
  });
});
