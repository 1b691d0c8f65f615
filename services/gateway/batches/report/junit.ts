/* A batch as JUnit XML, as Maven Surefire writes it: one suite, whose classes are the flows. Pure. */
import type { Batch, BatchTest } from '#shared/api/contract/batches/batches.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import type { Sliced } from '#shared/platform/async/in-slices.ts';
import type { ReportLinks } from './links.ts';
import { cancelledText, isForgiven, mainMishap, mishapsOf, whyNot } from './mishaps.ts';
import { cleanText, reportedLine, reportedText } from './texts.ts';
import { spanOfBatch, testMs } from './times.ts';
import { nestedElement, nestedLines, textElement } from './xml.ts';

/** The order in which Surefire's schema wants what a test case has. */
const ORDER = [
  'failure',
  'rerunFailure',
  'flakyFailure',
  'skipped',
  'error',
  'rerunError',
  'flakyError',
  'system-out',
] as const;

interface Part {
  tag: (typeof ORDER)[number];
  xml: string;
}

type Mishap = ReturnType<typeof mishapsOf>[number];

/** Its lines. A test of many attempts is slow to write: the report is made test by test (I13). */
export function* junitReport(batch: Batch, links: ReportLinks): Sliced<string[]> {
  const { start, stop } = spanOfBatch(batch);
  const cases: string[] = [];
  const having = { error: 0, skipped: 0, failure: 0 };
  for (const test of batch.tests) {
    const parts = partsOf(test, batch, links);
    cases.push(caseElement(test, parts));
    const tags = new Set<string>(parts.map(({ tag }) => tag));
    for (const tag of ['error', 'skipped', 'failure'] as const) if (tags.has(tag)) having[tag] += 1;
    yield;
  }
  const attributes = {
    name: reportedLine(batch.name ?? '') || `batch ${batch.id}`,
    time: seconds(stop - start),
    timestamp: batch.createdAt,
    tests: cases.length,
    errors: having.error,
    skipped: having.skipped,
    failures: having.failure,
    flakes: batch.tests.filter(({ status }) => status === 'flaky').length,
  };
  const suite = nestedLines('testsuite', attributes, [propertiesOf(batch, links), ...cases]);
  return ['<?xml version="1.0" encoding="UTF-8"?>', ...suite].map((line) => `${line}\n`);
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

function propertiesOf(batch: Batch, links: ReportLinks): string {
  const properties = {
    batch: batch.id,
    project: batch.project,
    status: batch.status,
    url: links.batch?.(batch.id),
    labels: batch.labels.length > 0 ? batch.labels.join(', ') : undefined,
    retries: String(batch.retries),
    by: batch.by,
  };
  const known = Object.entries(properties).filter(([, value]) => value !== undefined);
  return nestedElement(
    'properties',
    {},
    known.map(([name, value]) => textElement('property', { name, value: reportedText(value!) })),
  );
}

const caseElement = (test: BatchTest, parts: readonly Part[]): string =>
  nestedElement(
    'testcase',
    {
      name: reportedText(test.name),
      classname: test.flow.name,
      time: seconds(testMs(test)),
      timestamp: test.attempts[0]?.startedAt,
    },
    parts.map(({ xml }) => xml),
  );

const partsOf = (test: BatchTest, batch: Batch, links: ReportLinks): Part[] =>
  [...verdictParts(test, batch), ...outputOf(test, batch, links)].toSorted(
    (a, b) => ORDER.indexOf(a.tag) - ORDER.indexOf(b.tag),
  );

function verdictParts(test: BatchTest, batch: Batch): Part[] {
  // A quarantined failure is skipped: a failed one would make the CI red.
  if (isForgiven(test)) return [skipped(`quarantined: ${whyNot(test, batch)}`)];
  switch (test.status) {
    case 'waiting':
    case 'running':
      // A batch that is being cancelled must not look as if all were well.
      return batch.cancel && !test.quarantined
        ? [verdict('error', 'cancelled', cancelledText(test, batch))]
        : [skipped('has not ended')];
    case 'skipped':
      return [skipped(whyNot(test, batch)!)];
    case 'cancelled':
      return [verdict('error', 'cancelled', cancelledText(test, batch))];
    case 'fail':
      return failedParts(mishapsOf(test));
    case 'flaky':
      return mishapsOf(test).map((mishap) => repeated('flaky', mishap));
    case 'pass':
      return [];
  }
}

function failedParts(mishaps: Mishap[]): Part[] {
  const main = mainMishap(mishaps)!;
  const others = mishaps.filter((mishap) => mishap !== main);
  return [
    verdict(main.type === 'fail' ? 'failure' : 'error', main.type, main.text),
    ...others.map((mishap) => repeated('rerun', mishap)),
  ];
}

const skipped = (why: string): Part => ({
  tag: 'skipped',
  xml: textElement('skipped', { message: reportedLine(why) }),
});

const verdict = (tag: 'failure' | 'error', type: string, text: string): Part => ({
  tag,
  xml: textElement(tag, { message: reportedLine(text), type }, reportedText(text)),
});

/** An attempt that is not the verdict; a lost runner is an error, and no failure of the flow. */
function repeated(how: 'rerun' | 'flaky', { type, text }: Mishap): Part {
  const tag = `${how}${type === 'fail' ? 'Failure' : 'Error'}` as const;
  const trace = textElement('stackTrace', {}, reportedText(text));
  return { tag, xml: nestedElement(tag, { message: reportedLine(text), type }, [trace]) };
}

/** Where its runs and pictures are, and the errors that no other element has. */
function outputOf(test: BatchTest, batch: Batch, links: ReportLinks): Part[] {
  const attempts = test.attempts.flatMap(({ attempt, outcome, durationMs, runId, picture }) => {
    const took = durationMs === undefined ? '' : `, ${formatDuration(durationMs)}`;
    const shown = picture === undefined ? undefined : links.picture(picture);
    return [
      `attempt ${attempt} (${outcome ?? 'running'}${took}): ${links.run(runId) ?? `run ${runId}`}`,
      ...(shown === undefined ? [] : [`picture: ${shown}`]),
    ];
  });
  const text = [...attempts, ...errorsBeside(test, batch)].join('\n');
  return text === '' ? [] : [{ tag: 'system-out', xml: textElement('system-out', {}, cleanText(text)) }];
}

function errorsBeside(test: BatchTest, batch: Batch): string[] {
  const errors = mishapsOf(test).map(({ text }) => reportedText(text));
  if (isForgiven(test) && errors.length === 0) return [reportedText(whyNot(test, batch)!)];
  return isForgiven(test) || (test.status !== 'fail' && test.status !== 'flaky') ? errors : [];
}
