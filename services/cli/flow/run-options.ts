import type { StartInput } from '#shared/api/client/index.ts';
import { ON_RUNNER_LOSS } from '#shared/domain/run/status.ts';
import type { OptionSpec } from '../command.ts';
import { parseDuration } from '../duration-option.ts';

/** The option of the commands that watch a run. */
export const OUTPUT_OPTION = {
  type: 'string',
  value: 'FILE',
  help: 'write its results there as JSON when it has ended; watches it',
} as const satisfies OptionSpec;

/** Options of the commands that start a run. */
export const RUN_OPTIONS = {
  name: { type: 'string', value: 'NAME', help: 'what you call it, in lists and searches' },
  label: {
    type: 'string',
    multiple: true,
    value: 'LABEL',
    help: 'a label to find it by, e.g. nightly; may be given several times',
  },
  'max-duration': {
    type: 'string',
    value: 'TIME',
    help: 'maximum duration, after which it fails, e.g. 90s, 10m',
  },
  'queue-timeout': { type: 'string', value: 'TIME', help: 'how long the run may wait for a runner' },
  'on-runner-loss': {
    type: 'string',
    value: 'WHAT',
    choices: ON_RUNNER_LOSS,
    help: 'if its runner is lost: fail, or requeue to restart once (fail)',
  },
  'concurrency-key': {
    type: 'string',
    value: 'KEY',
    help: 'run the runs of a project with this key one at a time',
  },
  profile: {
    type: 'string',
    value: 'NAME',
    help: 'begin logged in, by this login profile of the project',
  },
  'runner-labels': {
    type: 'string',
    value: 'LABELS',
    help: 'only a runner with all of these labels takes it, e.g. gpu,eu-west',
  },
  'cancel-previous': {
    type: 'boolean',
    help: 'cancel the earlier runs with the same --concurrency-key',
  },
} as const satisfies Record<string, OptionSpec>;

export type RunValues = {
  [Name in keyof typeof RUN_OPTIONS]?:
    | (Name extends 'cancel-previous' ? boolean : Name extends 'label' ? string[] : string)
    | undefined;
};

type RunFields = Pick<
  StartInput,
  | 'name'
  | 'labels'
  | 'maxDurationMs'
  | 'queueTimeoutMs'
  | 'onRunnerLoss'
  | 'concurrencyKey'
  | 'profile'
  | 'runnerLabels'
  | 'cancelPrevious'
>;

/** The fields of the start for the options given. @throws UsageError */
export function runOptionsOf(values: RunValues): RunFields {
  const time = (name: 'max-duration' | 'queue-timeout') => parseDuration(`--${name}`, values[name] ?? '');
  const onRunnerLoss = ON_RUNNER_LOSS.find((known) => known === values['on-runner-loss']);
  return {
    ...(values.name !== undefined && { name: values.name }),
    ...(values.label !== undefined && { labels: values.label }),
    ...(values['max-duration'] !== undefined && { maxDurationMs: time('max-duration') }),
    ...(values['queue-timeout'] !== undefined && { queueTimeoutMs: time('queue-timeout') }),
    ...(onRunnerLoss !== undefined && { onRunnerLoss }),
    ...(values['concurrency-key'] !== undefined && { concurrencyKey: values['concurrency-key'] }),
    ...(values.profile !== undefined && { profile: { name: values.profile } }),
    ...(values['runner-labels'] !== undefined && { runnerLabels: labelsIn(values['runner-labels']) }),
    ...(values['cancel-previous'] !== undefined && { cancelPrevious: values['cancel-previous'] }),
  };
}

const labelsIn = (text: string): string[] =>
  text
    .split(',')
    .map((label) => label.trim())
    .filter(Boolean);
