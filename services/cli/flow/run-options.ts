import type { StartInput } from '#shared/client/index.ts';
import { ON_RUNNER_LOSS } from '#shared/run/status.ts';
import type { OptionSpec } from '../command.ts';
import { durationOf } from '../duration-option.ts';

/** How a run is to be treated, for the commands that start one. */
export const RUN_OPTIONS = {
  'max-duration': { type: 'string', value: 'TIME', help: 'then it ends as fail, e.g. 90s or 10m' },
  'queue-timeout': { type: 'string', value: 'TIME', help: 'how long it may wait for a runner' },
  'on-runner-loss': {
    type: 'string',
    value: 'WHAT',
    choices: ON_RUNNER_LOSS,
    help: 'if its runner dies: fail, or requeue to start once more (fail)',
  },
  'concurrency-key': {
    type: 'string',
    value: 'KEY',
    help: 'of the runs of a project with this key one runs at a time',
  },
  'cancel-previous': {
    type: 'boolean',
    help: 'cancel the earlier runs with the same --concurrency-key',
  },
} as const satisfies Record<string, OptionSpec>;

export type RunValues = {
  [Name in keyof typeof RUN_OPTIONS]?: (Name extends 'cancel-previous' ? boolean : string) | undefined;
};

type RunFields = Pick<
  StartInput,
  'maxDurationMs' | 'queueTimeoutMs' | 'onRunnerLoss' | 'concurrencyKey' | 'cancelPrevious'
>;

/** The fields of the flow that these options stand for; of those not given none. @throws UsageError */
export function runOptionsOf(values: RunValues): RunFields {
  const time = (name: 'max-duration' | 'queue-timeout') => durationOf(`--${name}`, values[name] ?? '');
  const onRunnerLoss = ON_RUNNER_LOSS.find((known) => known === values['on-runner-loss']);
  return {
    ...(values['max-duration'] !== undefined && { maxDurationMs: time('max-duration') }),
    ...(values['queue-timeout'] !== undefined && { queueTimeoutMs: time('queue-timeout') }),
    ...(onRunnerLoss !== undefined && { onRunnerLoss }),
    ...(values['concurrency-key'] !== undefined && { concurrencyKey: values['concurrency-key'] }),
    ...(values['cancel-previous'] !== undefined && { cancelPrevious: values['cancel-previous'] }),
  };
}
