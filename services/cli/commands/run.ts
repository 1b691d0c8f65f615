import { type Client, createClient } from '../client/client.ts';
import { ApiError, GatewayError } from '../client/errors.ts';
import { locateGateway } from '../client/locate.ts';
import { type CommandContext, defineCommand } from '../command.ts';
import { EXIT_USAGE } from '../dispatch.ts';
import { FlowError, type FlowFile, readFlowFile } from '../flow/flow-file.ts';
import { followRun, seeItAgain } from '../flow/follow-run.ts';
import { lacksSampleSite, openSampleSite } from '../flow/sample-site.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { terminalOf } from '../view/terminal.ts';

const projectFor = async (
  client: Client,
  named: string | undefined,
  signal: AbortSignal,
): Promise<string> => {
  if (named !== undefined) return named;
  const [first] = await client.call('listProjects', {}, signal);
  if (first === undefined) throw new GatewayError('no_project', 'there is no project to start a run in');
  return first.id;
};

const startRun = async (client: Client, file: FlowFile, named: string | undefined, signal: AbortSignal) => {
  const project = await projectFor(client, named ?? file.project, signal);
  try {
    return await client.call('startRun', { body: { ...file.flow, project } }, signal);
  } catch (error) {
    // A gateway of another version may be stricter than this one.
    if (!(error instanceof ApiError) || error.body.details === undefined) throw error;
    throw new FlowError('the gateway refused the flow:', error.body.details.issues);
  }
};

type Values = { watch: boolean; json: boolean; project?: string | undefined };

const run = async (context: CommandContext, values: Values, source: string): Promise<number> => {
  const { env, cwd, out, err, outClosed } = context;
  const terminal = terminalOf(env, process.stdout);
  const { dim, bold } = createPalette(terminal.colour);
  const file = await readFlowFile(source, cwd, process.stdin);
  const client = createClient(await locateGateway(env, cwd));
  await using site = values.watch ? await openSampleSite(file) : undefined;
  const started = await startRun(client, file, values.project, outClosed);

  if (values.json) out(plainJson(started));
  else out(`${bold('run')} ${started.id}`);
  if (values.watch) {
    if (!values.json && site !== undefined) out(dim(`the sample shop is open at ${site.url} meanwhile`));
    if (!values.json) out(`${dim(`cancel it from anywhere: npx ghostly cancel ${started.id}`)}\n`);
    // Awaited here: the site closes with this scope.
    return await followRun(client, started.id, { context, terminal, signals: process, json: values.json });
  }
  if (!values.json) out(`It runs. Watch or cancel it:${seeItAgain(started.id)}`);
  if (await lacksSampleSite(file))
    err('It visits the sample shop, which is closed: open it with npx ghostly shop');
  return 0;
};

export const command = defineCommand({
  usage: '<flow.json> [--watch] [--project ID] [--json]',
  help: [
    'flow.json     what to do: {"baseUrl": "…", "steps": [{"action": "goto", "url": "/"}, …]}; - reads it from stdin',
    '-w, --watch   show each step as it ends; Ctrl-C stops watching, the run goes on',
    '--project ID  (the one that the file names, or else the default project)',
    '--json        the answer as JSON, and with --watch each entry of the event stream as a line of JSON',
    '',
    'Talks to the stack of GHOSTLY_HOME (.ghostly), or to GHOSTLY_URL with GHOSTLY_API_KEY.',
    'Exit code 0: pass, or started; 1: fail, or an error of the server; 2: the flow or an option cannot be used.',
  ],
  options: {
    watch: { type: 'boolean', short: 'w', default: false },
    project: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
  positionals: { min: 1, max: 1 },
  run: async (context, values, [source = '-']) => {
    try {
      return await run(context, values, source);
    } catch (error) {
      if (!(error instanceof FlowError)) throw error;
      context.err(`ghostly run: ${error.lines().join('\n')}`);
      return EXIT_USAGE;
    }
  },
});
