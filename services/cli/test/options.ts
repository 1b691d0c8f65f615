import type { parseArgs } from 'node:util';
import { BATCH_LIMITS } from '#shared/api/limits.ts';
import { type OptionSpec, parseWholeNumber, UsageError } from '../command.ts';
import { INPUT_OPTIONS } from '../flow/inputs.ts';
import { RUN_OPTIONS } from '../flow/run-options.ts';

const { 'cancel-previous': _, name, label, ...run } = RUN_OPTIONS;

export const TEST_OPTIONS = {
  flow: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'a named flow of the project instead of files; NAME@3 is its third version; several times',
  },
  project: {
    type: 'string',
    value: 'P',
    help: 'id or label (default: that of the files, or your oldest project)',
  },
  rows: {
    type: 'string',
    value: 'FILE',
    help: 'JSON list of rows of inputs for the one flow, each of which is a test',
  },
  ...INPUT_OPTIONS,
  'base-url': { type: 'string', value: 'URL', help: 'visit another site than the flows say' },
  retries: {
    type: 'string',
    value: 'N',
    help: `run a test that fails again, up to N times (0; at most ${BATCH_LIMITS.retries})`,
  },
  'fail-on-flaky': {
    type: 'boolean',
    default: false,
    help: 'fail also if a test passed only after it had failed',
  },
  'max-parallel': {
    type: 'string',
    value: 'N',
    help: `so many runs at once (${BATCH_LIMITS.usualParallel}; at most ${BATCH_LIMITS.parallel})`,
  },
  'stop-on-failure': { type: 'boolean', default: false, help: 'begin no other test once one has failed' },
  name: { ...name, help: 'what you call the batch (in CI: its branch and commit)' },
  label: { ...label, help: 'a label of all its runs, e.g. nightly; may be given several times' },
  ...run,
  junit: { type: 'string', value: 'FILE', help: 'write a report as JUnit XML there' },
  ctrf: { type: 'string', value: 'FILE', help: 'write a report as CTRF JSON there' },
  markdown: { type: 'string', value: 'FILE', help: 'write a summary as Markdown there' },
  output: { type: 'string', value: 'FILE', help: 'write the batch with its tests as JSON there' },
  detach: { type: 'boolean', default: false, help: 'only start it; it goes on without this command' },
  local: {
    type: 'boolean',
    default: false,
    help: 'on a stack of its own, which is removed at the end: without a server',
  },
  json: {
    type: 'boolean',
    default: false,
    help: 'print the batch with its tests as JSON, once it has ended',
  },
} as const satisfies Record<string, OptionSpec>;

export type TestValues = ReturnType<typeof parseArgs<{ options: typeof TEST_OPTIONS }>>['values'];

/** What has to do with the end of the batch. */
const OF_THE_END = ['junit', 'ctrf', 'markdown', 'fail-on-flaky', 'local'] as const;
/** What a stack that has just been made cannot have. */
const OF_A_SERVER = ['project', 'flow', 'profile'] as const;

/** @throws UsageError for options that contradict each other, or what is tested */
export function checkOptions(values: TestValues, patterns: readonly string[]): void {
  const { flow = [], rows, detach, local } = values;
  if (patterns.length === 0 && flow.length === 0)
    throw new UsageError('missing argument: files of flows, or --flow NAME');
  if (patterns.length > 0 && flow.length > 0) throw new UsageError('give files or --flow, not both');
  if (rows !== undefined && flow.length > 1) throw new UsageError('--rows is for one flow');
  const late = detach ? OF_THE_END.find((option) => values[option]) : undefined;
  if (late !== undefined) throw new UsageError(`--${late} is not for --detach, which waits for no end`);
  const foreign = local ? OF_A_SERVER.find((option) => values[option] !== undefined) : undefined;
  if (foreign !== undefined) throw new UsageError(`--${foreign} is not for --local: it is of a server`);
}

/** The option as a whole number; undefined if it is not given. @throws UsageError */
export function countOf(
  option: 'retries' | 'max-parallel',
  { [option]: text }: TestValues,
): number | undefined {
  if (text === undefined) return undefined;
  return option === 'retries'
    ? parseWholeNumber('--retries', text, 0, BATCH_LIMITS.retries)
    : parseWholeNumber('--max-parallel', text, 1, BATCH_LIMITS.parallel);
}
