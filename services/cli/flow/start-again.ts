import type { Client, StartOptions } from '#shared/api/client/index.ts';
import type { CommandContext, OptionSpec } from '../command.ts';
import { connect } from '../gateway/connect.ts';
import { placedValueOf, withAskedSecrets } from './rerun-values.ts';
import { OUTPUT_OPTION } from './run-options.ts';
import { showStarted } from './show-started.ts';

/** Options of the commands that start a run from another one. */
export const AGAIN_OPTIONS = {
  watch: { type: 'boolean', short: 'w', default: false, help: 'show each step as it ends' },
  output: OUTPUT_OPTION,
  value: {
    type: 'string',
    multiple: true,
    value: 'PLACE=TEXT',
    help: "new value, e.g. steps.3.value=a, inputs.pin=1; also for another user's secrets",
  },
  'idempotency-key': {
    type: 'string',
    value: 'KEY',
    help: 'start only once with the same key, within 24 hours',
  },
  json: {
    type: 'boolean',
    default: false,
    help: 'the answer, and with --watch each entry, as a line of JSON',
  },
} as const satisfies Record<string, OptionSpec>;

interface AgainValues {
  watch: boolean;
  output?: string | undefined;
  value?: string[] | undefined;
  'idempotency-key'?: string | undefined;
  json: boolean;
}

type Send<Answer> = (values: Record<string, string>, options: StartOptions) => Promise<Answer>;

interface Again<Answer> {
  /** Resolves to what starts the run. */
  prepare(client: Client): Promise<Send<Answer>>;
  /** What there is to say of the answer besides its id. */
  tell(started: Answer): void;
}

/** Starts a run from another one, and shows it as the options say. Resolves to the exit code. */
export async function startAgain<Answer extends { id: string }>(
  context: CommandContext,
  { watch, output, value = [], json, 'idempotency-key': idempotencyKey }: AgainValues,
  { prepare, tell }: Again<Answer>,
): Promise<number> {
  const { outClosed: signal } = context;
  const given = Object.fromEntries(value.map(placedValueOf));
  const client = await connect(context);
  const send = await prepare(client);
  const started = await withAskedSecrets(
    given,
    (values) => send(values, { idempotencyKey, signal }),
    context.askSecret,
  );
  tell(started);
  return showStarted(client, started, { context, watch, output, json });
}
