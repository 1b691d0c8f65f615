/* I13: a CTRF report keeps its schema whatever the texts, and counts flaky and quarantined tests as such. */
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { schema } from 'ctrf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from '#shared/api/contract/batches/batches.ts';
import { type CtrfReport, ctrfReport } from '../../../../../services/gateway/batches/report/ctrf.ts';
import { jsonParts } from '../../../../../services/gateway/http/json-reply.ts';
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
  START,
} from './given-batch.ts';

const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
const isReport = ajv.compile(schema);

function* written(batch: Batch, links: typeof LINKS) {
  return yield* jsonParts(yield* ctrfReport(batch, links));
}

/** The report as a client reads it; it keeps the schema of CTRF. */
function read(batch: Batch, links = LINKS) {
  const report: CtrfReport = JSON.parse(atOnce(written(batch, links)).join(''));
  isReport(report);
  expect(isReport.errors).toBeNull();
  return report.results;
}

describe('a report as CTRF', () => {
  it('the schema refuses what is no report', () => {
    const { results, ...rest } = atOnce(ctrfReport(FIFTY, LINKS));
    expect(isReport(rest)).toBe(false);
    expect(isReport({ ...rest, results: { ...results, more: 1 } })).toBe(false);
  });

  it('counts fifty rows, three of them flaky', () => {
    const { summary, tests, environment } = read(FIFTY);
    expect(summary).toEqual({
      tests: 50,
      passed: 47,
      failed: 2,
      skipped: 0,
      pending: 0,
      other: 1,
      flaky: 3,
      suites: 1,
      start: START,
      stop: START + 63_000,
      duration: 63_000,
    });
    expect(tests.filter((test) => 'flaky' in test && test.flaky)).toHaveLength(3);
    expect(environment).toMatchObject({ reportName: 'main, commit 3f2a1c', healthy: false });
  });

  it('has the earlier attempts of a flaky test, and its last one as the test', () => {
    const { tests } = read(FIFTY);
    expect(tests[5]).toEqual({
      name: 'checkout: row 5',
      status: 'passed',
      rawStatus: 'flaky',
      duration: 1_000,
      start: START,
      stop: START + 1_500,
      suite: ['checkout'],
      retries: 1,
      flaky: true,
      retryAttempts: [
        {
          attempt: 1,
          status: 'failed',
          start: START,
          stop: START + 500,
          duration: 500,
          message: 'no button in attempt 1',
          attachments: [
            {
              name: 'Last picture',
              contentType: 'image/png',
              path: 'https://ghostly.example/artifacts/5/0.png',
            },
          ],
          extra: {
            'ghostly.test': {
              outcome: 'fail',
              runId: '00000000-0000-4000-8000-000000000501',
              url: 'https://ghostly.example/runs/00000000-0000-4000-8000-000000000501',
            },
          },
        },
      ],
      extra: {
        'ghostly.test': {
          quarantined: false,
          flowVersion: 3,
          runId: '00000000-0000-4000-8000-000000000502',
          url: 'https://ghostly.example/runs/00000000-0000-4000-8000-000000000502',
        },
      },
    });
  });

  it('says what failed and why; a quarantined failure is no failed test', () => {
    const { tests } = read(FIFTY);
    expect(tests[10]).toMatchObject({
      status: 'failed',
      rawStatus: 'fail',
      message: 'no button in attempt 2',
    });
    expect(tests[11]).toMatchObject({ status: 'failed', rawStatus: 'fail', message: 'Its runner was lost.' });
    expect(tests[12]).toMatchObject({ status: 'other', rawStatus: 'fail', tags: ['quarantine'] });
  });

  it('has what was cancelled as failed, and what goes on as pending', () => {
    const { finishedAt: _, ...batch } = givenBatch(
      [
        givenTest(0, { status: 'cancelled', attempts: givenAttempts(0, ['cancelled']) }),
        givenTest(1, { status: 'running', attempts: givenAttempts(1, ['fail', undefined]) }),
        givenTest(2, { status: 'waiting' }),
        givenTest(3, { status: 'skipped' }),
      ],
      { status: 'running' },
    );
    const { summary, tests, environment } = read(batch, NO_LINKS);
    expect(tests.map(({ status }) => status)).toEqual(['failed', 'pending', 'pending', 'skipped']);
    expect(tests[0]).toMatchObject({ rawStatus: 'cancelled', message: 'cancelled' });
    expect(summary.stop).toBe(START + 1_000);
    expect(environment).not.toHaveProperty('healthy');
    expect(JSON.stringify(tests)).not.toContain('https:');
  });

  it('I13: is paused after each test', () => {
    expect(pausesOf(ctrfReport)).toBe(1_000);
  });

  it('keeps the schema whatever the texts', () => {
    fc.assert(
      fc.property(anyBatch, (batch) => {
        const { tests } = read(batch);
        expect(JSON.stringify(tests).replaceAll('\\\\', '')).not.toMatch(/\\ud[89a-f]|\\u00[01]/);
      }),
    );
  });
});
