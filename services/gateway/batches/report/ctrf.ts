/* A batch as CTRF (ctrf.io) has it. Pure. */
import { contentTypeOf } from '#shared/adapters/artifacts/content-type.ts';
import type { Batch, BatchTest } from '#shared/api/contract/batches/batches.ts';
import { isBatchFinal } from '#shared/domain/batch/rules.ts';
import type { Sliced } from '#shared/platform/async/in-slices.ts';
import type { ReportLinks } from './links.ts';
import { isForgiven, whyNot } from './mishaps.ts';
import { reportedText } from './texts.ts';
import { type BatchAttempt, spanOfAttempt, spanOfBatch, spanOfTest, testMs } from './times.ts';

export interface CtrfReport {
  reportFormat: 'CTRF';
  specVersion: string;
  runId: string;
  generatedBy: string;
  results: {
    tool: { name: string };
    summary: ReturnType<typeof summaryOf>;
    tests: ReturnType<typeof presentTest>[];
    environment: ReturnType<typeof environmentOf>;
  };
}

type CtrfStatus = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

const STATUS: Record<BatchTest['status'], CtrfStatus> = {
  waiting: 'pending',
  running: 'pending',
  pass: 'passed',
  flaky: 'passed',
  fail: 'failed',
  // It fails its batch, as one that failed does; `rawStatus` says which of the two.
  cancelled: 'failed',
  skipped: 'skipped',
};

/** A quarantined failure must not count as failed, and has not passed either. */
const statusOf = (test: BatchTest): CtrfStatus => (isForgiven(test) ? 'other' : STATUS[test.status]);

/** Fields without a value are left out. */
export function* ctrfReport(batch: Batch, links: ReportLinks): Sliced<CtrfReport> {
  const tests: CtrfReport['results']['tests'] = [];
  for (const test of batch.tests) {
    tests.push(presentTest(test, batch, links));
    yield;
  }
  return {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    runId: batch.id,
    generatedBy: 'ghostly',
    results: {
      tool: { name: 'ghostly' },
      summary: summaryOf(batch),
      tests,
      environment: environmentOf(batch, links),
    },
  };
}

function summaryOf(batch: Batch) {
  const { start, stop } = spanOfBatch(batch);
  const statuses = batch.tests.map(statusOf);
  const having = (status: CtrfStatus) => statuses.filter((one) => one === status).length;
  return {
    tests: statuses.length,
    passed: having('passed'),
    failed: having('failed'),
    skipped: having('skipped'),
    pending: having('pending'),
    other: having('other'),
    flaky: batch.tests.filter(({ status }) => status === 'flaky').length,
    suites: new Set(batch.tests.map(({ flow }) => flow.name)).size,
    start,
    stop,
    duration: stop - start,
  };
}

function environmentOf(batch: Batch, links: ReportLinks) {
  const url = links.batch?.(batch.id);
  return {
    reportName: reportedText(batch.name || `batch ${batch.id}`),
    ...(isBatchFinal(batch.status) && { healthy: batch.status === 'pass' }),
    extra: {
      'ghostly.batch': {
        id: batch.id,
        project: batch.project,
        status: batch.status,
        labels: batch.labels.map(reportedText),
        ...(url !== undefined && { url }),
      },
    },
  };
}

function presentTest(test: BatchTest, batch: Batch, links: ReportLinks) {
  const { status, flow, labels, quarantined, attempts } = test;
  const last = attempts.at(-1);
  const message = messageOf(test, batch);
  return {
    name: reportedText(test.name) || 'no name',
    status: statusOf(test),
    rawStatus: status,
    duration: Math.round(testMs(test)),
    ...spanOfTest(test),
    suite: [flow.name],
    ...(message !== undefined && { message: reportedText(message) }),
    ...(labels.length > 0 && { tags: labels.map(reportedText) }),
    ...repeatsOf(test, links),
    ...(last && attachmentsOf(last, links)),
    extra: {
      'ghostly.test': {
        quarantined,
        ...(flow.version !== undefined && { flowVersion: flow.version }),
        ...(last && runOf(last, links)),
      },
    },
  };
}

/** The error of its last attempt, which is the one that the test stands for. */
function messageOf(test: BatchTest, batch: Batch): string | undefined {
  const { status, reason, attempts } = test;
  return status === 'fail' ? reason || attempts.at(-1)?.error || whyNot(test, batch) : whyNot(test, batch);
}

/** Attempts before the last one: that is the test itself. */
function repeatsOf({ status, attempts }: BatchTest, links: ReportLinks) {
  const before = attempts.slice(0, -1);
  if (before.length === 0) return {};
  return {
    retries: before.length,
    flaky: status === 'flaky',
    retryAttempts: before.map((attempt) => presentAttempt(attempt, links)),
  };
}

function presentAttempt(attempt: BatchAttempt, links: ReportLinks) {
  const { outcome, error, durationMs } = attempt;
  const status: CtrfStatus =
    outcome === undefined
      ? 'pending'
      : outcome === 'pass'
        ? 'passed'
        : outcome === 'fail'
          ? 'failed'
          : 'other';
  return {
    attempt: attempt.attempt,
    status,
    ...spanOfAttempt(attempt),
    ...(durationMs !== undefined && { duration: Math.round(durationMs) }),
    ...(error !== undefined && { message: reportedText(error) }),
    ...attachmentsOf(attempt, links),
    extra: { 'ghostly.test': { ...(outcome && { outcome }), ...runOf(attempt, links) } },
  };
}

function runOf({ runId }: BatchAttempt, links: ReportLinks) {
  const url = links.run(runId);
  return { runId, ...(url !== undefined && { url }) };
}

function attachmentsOf({ picture }: BatchAttempt, links: ReportLinks) {
  const path = picture === undefined ? undefined : links.picture(picture);
  if (picture === undefined || path === undefined) return {};
  return { attachments: [{ name: 'Last picture', contentType: contentTypeOf(picture), path }] };
}
