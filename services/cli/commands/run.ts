import { ApiError, type Client, type Started } from '#shared/api/client/index.ts';
import { type CommandContext, defineCommand, type OptionSpec } from '../command.ts';
import { EXIT } from '../exit.ts';
import { FlowError } from '../flow/flow-file.ts';
import { followRun, seeItAgain } from '../flow/follow-run.ts';
import { INPUT_OPTIONS } from '../flow/inputs.ts';
import { OUTPUT_OPTION, RUN_OPTIONS, type RunValues, runOptionsOf } from '../flow/run-options.ts';
import { type RunSource, readSource, type SourceValues } from '../flow/run-source.ts';
import { lacksSampleSite, openSampleSite } from '../flow/sample-site.ts';
import { tellIgnored } from '../flow/tell-ignored.ts';
import { connect } from '../gateway/connect.ts';
import { webAppOf } from '../gateway/web-app.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { terminalOf } from '../view/terminal.ts';

interface Values extends RunValues, SourceValues {
  watch: boolean;
  output?: string | undefined;
  json: boolean;
  'base-url'?: string | undefined;
  'idempotency-key'?: string | undefined;
}

async function startRun(
  client: Client,
  source: RunSource,
  values: Values,
  signal: AbortSignal,
): Promise<Started> {
  const { project, body } = source;
  const { 'base-url': baseUrl } = values;
  const start = { ...body, ...runOptionsOf(values), ...(baseUrl !== undefined && { baseUrl }), project };
  try {
    return await client.start(start, { idempotencyKey: values['idempotency-key'], signal });
  } catch (error) {
    // A gateway of another version may be stricter.
    if (!(error instanceof ApiError) || error.body.details === undefined) throw error;
    throw new FlowError('the gateway refused the flow:', error.body.details.issues);
  }
}

async function run(context: CommandContext, values: Values, file: string | undefined): Promise<number> {
  const { env, out, err, outClosed } = context;
  const terminal = terminalOf(env, process.stdout);
  const { dim, bold } = createPalette(terminal.colour);
  const openSource = await readSource(context, values, file);
  const { output } = values;
  const watches = values.watch || output !== undefined;
  const client = await connect(context);
  const source = await openSource(client);
  await using site = watches ? await openSampleSite(source.visit) : undefined;
  const started = await startRun(client, source, values, outClosed);

  tellIgnored(started, err);
  if (values.json) out(plainJson(started));
  else out(`${bold('run')} ${started.id}`);
  if (watches) {
    if (!values.json && site !== undefined)
      out(dim(`the sample shop is open at ${site.url} until the run ends`));
    if (!values.json) {
      const page = await webAppOf(client.url, outClosed);
      if (page !== undefined) out(dim(`see it: ${page}/runs/${started.id}`));
      out(`${dim(`cancel it from anywhere: npx ghostly cancel ${started.id}`)}\n`);
    }
    // Awaited here: the site closes with this scope.
    return await followRun(client, started.id, {
      context,
      terminal,
      signals: process,
      json: values.json,
      output,
    });
  }
  if (!values.json) out(`Started. Watch or cancel it:${seeItAgain(started.id)}`);
  if (await lacksSampleSite(source.visit))
    err('The flow visits the sample shop, which is not running: start it with npx ghostly shop');
  return EXIT.done;
}

const OPTIONS = {
  flow: {
    type: 'string',
    value: 'NAME',
    help: 'a named flow of the project instead of a file; NAME@3 is its third version',
  },
  watch: {
    type: 'boolean',
    short: 'w',
    default: false,
    help: 'show each step as it ends; Ctrl-C stops watching, not the run',
  },
  project: {
    type: 'string',
    value: 'P',
    help: 'id or label (default: that of the file, or your oldest project)',
  },
  'base-url': { type: 'string', value: 'URL', help: 'visit another site' },
  ...INPUT_OPTIONS,
  output: OUTPUT_OPTION,
  ...RUN_OPTIONS,
  'idempotency-key': {
    type: 'string',
    value: 'KEY',
    help: 'start only once with the same key and flow, within 24 hours',
  },
  json: {
    type: 'boolean',
    default: false,
    help: 'print the answer as JSON, and with --watch each stream entry as a line',
  },
} as const satisfies Record<string, OptionSpec>;

export const command = defineCommand({
  about: [
    'Starts a flow: {"baseUrl": "…", "steps": [{"action": "goto", "url": "/"}, …]}, from a file, or from stdin with -',
  ],
  usage: '<flow.json> | --flow NAME',
  options: OPTIONS,
  positionals: { min: 0, max: 1 },
  examples: [
    ['examples/order.json --watch', 'start it, and show each step as it ends'],
    ['order.json --input quantity=2 --output found.json', 'with an input; its results go into a file'],
    ['--flow shop.order --input quantity=2 --watch', 'a named flow in its newest version'],
    ['flow.json --max-duration 10m --project Shop', 'at most ten minutes, in the project Shop'],
    [
      'nightly.json --concurrency-key nightly --cancel-previous',
      'one at a time: the newest replaces the others',
    ],
  ],
  notes: ['Exit code 0: pass, or started; 1: fail; 2: invalid flow or option.'],
  run: (context, values, [file]) => run(context, values, file),
});
