import fc from 'fast-check';
import type { Batch, BatchTest } from '#shared/api/contract/batches/batches.ts';
import { batchVerdict, failsBatch, TEST_STATUSES } from '#shared/domain/batch/rules.ts';
import { OUTCOMES } from '#shared/domain/run/outcome.ts';
import type { Sliced } from '#shared/platform/async/in-slices.ts';
import type { ReportLinks } from '../../../../../services/gateway/batches/report/links.ts';

type Attempt = BatchTest['attempts'][number];

export const START = Date.parse('2026-12-01T10:00:00.000Z');
const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const at = (ms: number) => new Date(START + ms).toISOString();

export const LINKS: ReportLinks = {
  run: (id) => `https://ghostly.example/runs/${id}`,
  picture: (path) => `https://ghostly.example/artifacts/${path}`,
  batch: (id) => `https://ghostly.example/batches/${id}`,
};
export const NO_LINKS: ReportLinks = { run: () => undefined, picture: () => undefined };

/** The attempts that ended like this, one second after the other; each takes 500 ms. */
export const givenAttempts = (test: number, outcomes: readonly Attempt['outcome'][]): Attempt[] =>
  outcomes.map((outcome, index) => ({
    attempt: index + 1,
    runId: idOf(100 * test + index + 1),
    startedAt: at(1_000 * index),
    ...(outcome && { outcome, durationMs: 500 }),
    ...(outcome === 'fail' && {
      error: `no button in attempt ${index + 1}`,
      picture: `${test}/${index}.png`,
    }),
  }));

export const givenTest = (index: number, fields: Partial<BatchTest>): BatchTest => ({
  index,
  name: `checkout: row ${index}`,
  flow: { name: 'checkout', version: 3 },
  labels: [],
  quarantined: false,
  status: 'pass',
  attempts: [],
  ...fields,
});

export function givenBatch(tests: BatchTest[], fields: Partial<Batch> = {}): Batch {
  const having = (status: BatchTest['status']) => tests.filter((test) => test.status === status).length;
  return {
    id: idOf(7),
    project: idOf(8),
    name: 'main, commit 3f2a1c',
    status: batchVerdict(tests, false),
    labels: ['nightly'],
    maxParallel: 8,
    retries: 1,
    stopOnFailure: false,
    counts: {
      tests: tests.length,
      waiting: having('waiting'),
      running: having('running'),
      pass: having('pass'),
      flaky: having('flaky'),
      fail: having('fail'),
      cancelled: having('cancelled'),
      skipped: having('skipped'),
      quarantined: tests.filter((test) => failsBatch({ ...test, quarantined: false }) && test.quarantined)
        .length,
    },
    createdAt: at(0),
    finishedAt: at(63_000),
    tests,
    ...fields,
  };
}

/** Fifty rows: three flaky, two failed, one of them a lost runner, one quarantined, the others passed. */
export const FIFTY = givenBatch(
  Array.from({ length: 50 }, (_, index) => {
    if (index % 20 === 5)
      return givenTest(index, { status: 'flaky', attempts: givenAttempts(index, ['fail', 'pass']) });
    if (index === 10)
      return givenTest(index, { status: 'fail', attempts: givenAttempts(index, ['fail', 'fail']) });
    if (index === 11)
      return givenTest(index, { status: 'fail', attempts: givenAttempts(index, ['lost', 'lost']) });
    const attempts = givenAttempts(index, [index === 12 ? 'fail' : 'pass']);
    if (index !== 12) return givenTest(index, { attempts });
    return givenTest(index, { status: 'fail', quarantined: true, labels: ['quarantine'], attempts });
  }),
);

/** What breaks out of XML or Markdown if anything does. */
const BREAKING = [
  ']]>',
  '<![CDATA[',
  '<!--',
  '&amp;',
  '&#0;',
  '"\'',
  '\r\n',
  '\n\n# x\n\n',
  '\t',
  '\0',
  '\u001b[31m',
  '\ud800',
  '\udc00',
  '\ufffe',
  '\u0085',
  '\u2028',
  '\u202e',
  '| --- |',
  '`',
  '``` \n',
  '\\',
  '\\`',
  '</details><script>x</script>',
  '![x](http://x.example/y.png)',
  '[x](javascript:x)',
  '@team',
  '#1',
  'https://x.example',
  '$x$',
  '~~~\n',
  '- x\n',
];

export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...BREAKING),
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const anyAttempts = fc
  .array(fc.record({ outcome: fc.constantFrom(...OUTCOMES, undefined), error: fc.option(anyText) }), {
    maxLength: 4,
  })
  .map((attempts) =>
    attempts.map(
      ({ outcome, error }, index): Attempt => ({
        attempt: index + 1,
        runId: idOf(index + 1),
        startedAt: at(index * 1_000),
        ...(outcome && { outcome, durationMs: index * 333.3, picture: `${index}/a b(c).png` }),
        ...(error !== null && { error }),
      }),
    ),
  );

const anyTest = fc.record({
  name: anyText,
  status: fc.constantFrom(...TEST_STATUSES),
  quarantined: fc.boolean(),
  reason: fc.option(anyText),
  labels: fc.array(anyText, { maxLength: 3 }),
  attempts: anyAttempts,
});

/** Tests of any status and texts. A flaky one has failed once at least. */
export const anyBatch: fc.Arbitrary<Batch> = fc
  .record({ name: anyText, reason: fc.option(anyText), tests: fc.array(anyTest, { maxLength: 6 }) })
  .map(({ name, reason, tests }) =>
    givenBatch(
      tests.map(({ reason: why, attempts, ...test }, index) =>
        givenTest(index, {
          ...test,
          name: `${index} ${test.name}`,
          attempts: test.status === 'flaky' ? [...givenAttempts(index, ['fail']), ...attempts] : attempts,
          ...(why !== null && { reason: why }),
        }),
      ),
      { name, ...(reason !== null && { cancel: { at: at(9_000), reason, job: idOf(9) } }) },
    ),
  );

/** The result of a report, made at once. */
export function atOnce<Result>(work: Sliced<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** How often the report of a thousand tests may be paused. */
export function pausesOf(report: (batch: Batch, links: ReportLinks) => Sliced<unknown>): number {
  const tests = Array.from({ length: 1_000 }, (_, index) => givenTest(index, {}));
  return [...report(givenBatch(tests), LINKS)].length;
}
