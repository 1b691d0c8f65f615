/* A batch as Markdown, for the summary of a CI job. Pure. */
import type { Batch, BatchTest } from '#shared/api/contract/batches/batches.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import type { Sliced } from '#shared/platform/async/in-slices.ts';
import { codeSpan, markdownLink } from './code-span.ts';
import type { ReportLinks } from './links.ts';
import { isForgiven, mainMishap, mishapsOf, whyNot } from './mishaps.ts';
import { spanOfBatch, testMs } from './times.ts';

const VERDICT: Record<Batch['status'], string> = {
  running: 'Running',
  cancelling: 'Being cancelled',
  pass: 'Passed',
  fail: 'Failed',
  cancelled: 'Cancelled',
};

type Group = BatchTest['status'] | 'quarantined';

/** What the heading calls each group, in its order. */
const GROUPS: Record<Group, string> = {
  fail: 'failed',
  cancelled: 'cancelled',
  flaky: 'flaky',
  quarantined: 'failed in quarantine',
  pass: 'passed',
  skipped: 'not begun',
  running: 'running',
  waiting: 'waiting',
};

/** Most tests of a list, so that GitHub takes the summary: it has 1 MiB at most. */
const MOST = { failed: 200, others: 100, passed: 500 };
/** Longer lists of tests that passed are folded. */
const UNFOLDED = 50;
/** Longest texts, in UTF-16 units. */
const LONGEST = { name: 200, error: 200 };

export function* markdownReport(batch: Batch, links: ReportLinks): Sliced<string[]> {
  const groups = Map.groupBy(batch.tests, groupOf);
  function* linesOf(...names: Group[]): Sliced<string[]> {
    const lines: string[] = [];
    for (const test of names.flatMap((name) => groups.get(name) ?? [])) {
      lines.push(testLine(test, batch, links));
      yield;
    }
    return lines;
  }
  const blocks = [
    headingOf(batch, groups, links),
    ...(batch.cancel?.reason ? [`Cancelled: ${codeSpan(batch.cancel.reason, LONGEST.error)}`] : []),
    ...section('Failed', yield* linesOf('fail', 'cancelled'), MOST.failed),
    ...section('Flaky', yield* linesOf('flaky'), MOST.others),
    ...section('Failed in quarantine', yield* linesOf('quarantined'), MOST.others),
    ...passedOf(yield* linesOf('pass')),
  ];
  return [`${blocks.join('\n\n')}\n`];
}

const groupOf = (test: BatchTest): Group => (isForgiven(test) ? 'quarantined' : test.status);

function headingOf(batch: Batch, groups: Map<Group, BatchTest[]>, links: ReportLinks): string {
  const { start, stop } = spanOfBatch(batch);
  const counts = (Object.keys(GROUPS) as Group[])
    .map((group) => ({ group, count: groups.get(group)?.length ?? 0 }))
    .filter(({ count }) => count > 0)
    .map(({ group, count }) => `${count} ${GROUPS[group]}`);
  const name = markdownLink(codeSpan(batch.name || batch.id, LONGEST.name), links.batch?.(batch.id));
  const tests = batch.tests.length === 1 ? '1 test' : `${batch.tests.length} tests`;
  return `## ${VERDICT[batch.status]}: ${name}, ${tests} in ${formatDuration(stop - start)}: ${counts.join(', ')}`;
}

function section(title: string, lines: string[], most: number): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, listOf(lines, most)];
}

function passedOf(lines: string[]): string[] {
  if (lines.length <= UNFOLDED) return section('Passed', lines, MOST.passed);
  const summary = `<details><summary>${lines.length} passed</summary>`;
  return [summary, listOf(lines, MOST.passed), '</details>'];
}

const listOf = (lines: string[], most: number): string =>
  [
    ...lines.slice(0, most).map((line) => `- ${line}`),
    ...(lines.length > most ? [`- and ${lines.length - most} more`] : []),
  ].join('\n');

/** `name: error (12.3 s, attempts 1, 2, picture)`; the name leads to the run whose error it is. */
function testLine(test: BatchTest, batch: Batch, links: ReportLinks): string {
  const main = mainMishap(mishapsOf(test));
  const shown = main?.attempt ?? test.attempts.at(-1);
  const name = markdownLink(codeSpan(test.name, LONGEST.name), shown && links.run(shown.runId));
  const error = test.status === 'flaky' ? main?.text : whyNot(test, batch);
  const picture = shown?.picture === undefined ? undefined : links.picture(shown.picture);
  const details = [
    ...(test.attempts.length > 0 ? [formatDuration(testMs(test))] : []),
    ...(test.attempts.length > 1 ? [attemptsOf(test, links)] : []),
    ...(test.status === 'pass' || picture === undefined ? [] : [markdownLink('picture', picture)]),
  ];
  return [
    name,
    ...(error === undefined ? [] : [`: ${codeSpan(error, LONGEST.error)}`]),
    ...(details.length > 0 ? [` (${details.join(', ')})`] : []),
  ].join('');
}

const attemptsOf = ({ attempts }: BatchTest, links: ReportLinks): string =>
  `attempts ${attempts.map(({ attempt, runId }) => markdownLink(String(attempt), links.run(runId))).join(', ')}`;
