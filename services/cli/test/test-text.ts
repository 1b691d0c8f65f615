/* What is said of tests in a terminal: a line for each once it has ended, and at the end the failures and the totals. */
import type { Batch, BatchTest } from '#shared/api/client/index.ts';
import type { TestStatus } from '#shared/domain/batch/rules.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import type { Colour, Palette } from '../view/palette.ts';
import { plainText } from '../view/plain-text.ts';

/** A status that is the last one. */
type Ended = Exclude<TestStatus, 'waiting' | 'running'>;

const LOOKS: Record<Ended, { mark: string; colour: Colour }> = {
  pass: { mark: '✓', colour: 'green' },
  flaky: { mark: '±', colour: 'yellow' },
  fail: { mark: '✘', colour: 'red' },
  cancelled: { mark: '■', colour: 'yellow' },
  skipped: { mark: '-', colour: 'dim' },
};

const hasEnded = (test: BatchTest): test is BatchTest & { status: Ended } =>
  Object.hasOwn(LOOKS, test.status);

/** `12.4s`, `2m03s` */
export const shortDuration = (ms: number): string => formatDuration(ms).replaceAll(' ', '');

/** How long its runs took together. */
const tookMs = ({ attempts }: BatchTest): number =>
  attempts.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);

const numberOf = ({ index }: BatchTest): string => String(index + 1);

/** `  ✓   3 shop.order › quantity=2 (2.3s)`; `width`: that of the longest number. Undefined while it goes on. */
export function testLine(test: BatchTest, width: number, palette: Palette): string | undefined {
  if (!hasEnded(test)) return undefined;
  const { mark, colour } = LOOKS[test.status];
  const name = plainText(test.name);
  const isNews = test.status === 'pass' || test.status === 'flaky';
  const took = test.attempts.length === 0 ? '' : ` ${palette.dim(`(${shortDuration(tookMs(test))})`)}`;
  const note = noteOf(test);
  const said = note === '' ? '' : `  ${palette[colour](note)}`;
  const number = numberOf(test).padStart(width);
  return `  ${palette[colour](mark)} ${palette.dim(number)} ${isNews ? name : palette[colour](name)}${took}${said}`;
}

function noteOf({ status, attempts, quarantined }: BatchTest): string {
  const notes = [
    ...(status === 'flaky' ? [`flaky, passed at attempt ${attempts.length}`] : []),
    ...(status === 'fail' && attempts.length > 1 ? [`failed at all ${attempts.length} attempts`] : []),
    ...(status === 'cancelled' || status === 'skipped' ? [status] : []),
    ...(quarantined && status !== 'pass' ? ['quarantined'] : []),
  ];
  return notes.join(', ');
}

/** Everything that is said at the end: the failures, who has cancelled it, and the totals. */
export function endLines(
  batch: Batch,
  { places, palette, failOnFlaky }: { places: SeenAt; palette: Palette; failOnFlaky: boolean },
): string[] {
  const ms = Date.parse(batch.finishedAt ?? new Date().toISOString()) - Date.parse(batch.createdAt);
  const cancelled = cancelText(batch);
  return [
    ...failureLines(batch, places, palette),
    '',
    ...(cancelled === undefined ? [] : [`  ${palette.yellow(cancelled)}`]),
    ...totalLines(batch, ms, palette, failOnFlaky),
  ];
}

/** Where more of a run is to be seen. */
export interface SeenAt {
  /** The web app, e.g. `http://127.0.0.1:4000/#`; none if it is not served, or will be gone. */
  page?: string | undefined;
  /** Where pictures are. */
  artifacts?: string | undefined;
}

const FAILED: readonly TestStatus[] = ['fail', 'cancelled'];

/** Every failure with its reason and where to see it, then the flaky tests; those that fail nothing are last. */
export function failureLines({ tests }: Pick<Batch, 'tests'>, places: SeenAt, palette: Palette): string[] {
  const failed = tests.filter(({ status, attempts, reason }) => isTelling(status, attempts, reason));
  const flaky = tests.filter(({ status }) => status === 'flaky');
  const shown = [
    ...failed.filter((test) => !test.quarantined),
    ...flaky,
    ...failed.filter((test) => test.quarantined),
  ];
  return shown.flatMap((test, at) => ['', ...failureOf(test, at + 1, places, palette)]);
}

/** A test that was stopped before it began has nothing to tell. */
const isTelling = (status: TestStatus, attempts: readonly unknown[], reason: string | undefined): boolean =>
  FAILED.includes(status) && (attempts.length > 0 || reason !== undefined);

function failureOf(test: BatchTest, at: number, { page, artifacts }: SeenAt, palette: Palette): string[] {
  const { attempts, reason, status, name } = test;
  const attempt =
    status === 'flaky' ? attempts.findLast(({ outcome }) => outcome !== 'pass') : attempts.at(-1);
  const error = reason ?? attempt?.error;
  const { colour } = LOOKS[hasEnded(test) ? test.status : 'fail'];
  const note = noteOf(test);
  const more = [
    ...(error === undefined ? [] : [plainText(error)]),
    ...(attempt?.picture === undefined || artifacts === undefined
      ? []
      : [palette.dim(`picture: ${artifacts}/${plainText(attempt.picture)}`)]),
    ...(attempt === undefined || page === undefined ? [] : [palette.dim(`${page}/runs/${attempt.runId}`)]),
  ];
  const head = `${at}) ${numberOf(test)} ${plainText(name)}`;
  return [
    `  ${palette[colour](head)}${note === '' ? '' : palette.dim(`  ${note}`)}`,
    ...more.map((line) => `     ${line}`),
  ];
}

/** `3 failed`, `1 flaky`, `46 passed (12.4s)`, each on its line. */
export function totalLines(
  { tests }: Pick<Batch, 'tests'>,
  ms: number,
  palette: Palette,
  failOnFlaky = false,
): string[] {
  const count = (status: TestStatus, quarantined?: boolean) =>
    tests.filter((test) => test.status === status && (quarantined ?? test.quarantined) === test.quarantined)
      .length;
  const rows: [count: number, what: string, colour: Colour][] = [
    [count('fail', false), 'failed', 'red'],
    [count('cancelled', false), 'cancelled', 'yellow'],
    [count('waiting') + count('running'), 'not ended', 'yellow'],
    [
      count('flaky'),
      failOnFlaky && count('flaky', false) > 0 ? 'flaky (--fail-on-flaky)' : 'flaky',
      'yellow',
    ],
    [count('fail', true) + count('cancelled', true), 'quarantined, and failed', 'yellow'],
    [count('skipped'), 'skipped', 'dim'],
  ];
  const some = rows.filter(([number]) => number > 0);
  return [
    ...some.map(([number, what, colour]) => `  ${palette[colour](`${number} ${what}`)}`),
    `  ${palette.green(`${count('pass')} passed`)} ${palette.dim(`(${shortDuration(ms)})`)}`,
  ];
}

/** Who cancelled a batch, and why; undefined if it was not cancelled. */
export function cancelText({ cancel }: Pick<Batch, 'cancel'>): string | undefined {
  if (cancel === undefined) return undefined;
  const { by, reason } = cancel;
  return plainText(
    `cancelled${by === undefined ? '' : ` by ${by}`}${reason === undefined ? '' : `: ${reason}`}`,
  );
}
