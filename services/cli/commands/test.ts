import { findProjectId } from '#shared/api/client/find-project.ts';
import type { Client } from '#shared/api/client/index.ts';
import { type CommandContext, defineCommand } from '../command.ts';
import { exitOfSignal } from '../exit.ts';
import { tellIgnored } from '../flow/tell-ignored.ts';
import { connect } from '../gateway/connect.ts';
import { onLocalStack } from '../local-stack/on-local-stack.ts';
import { listenForRequests } from '../local-stack/stop-request.ts';
import { orLeft } from '../test/interruption.ts';
import { TEST_OPTIONS, type TestValues } from '../test/options.ts';
import { runTests } from '../test/run-tests.ts';
import { planTests } from '../test/test-plan.ts';
import { terminalOf } from '../view/terminal.ts';

async function test(context: CommandContext, values: TestValues, patterns: string[]): Promise<number> {
  const { env, outClosed } = context;
  const plan = await planTests(values, patterns, context);
  for (const { file, fields } of plan.ignored) tellIgnored({ ignored: fields }, context.err, file);
  const stop = listenForRequests(env);
  // A closed output cancels the batch: nobody would read the result.
  const hangUp = () => stop.ask('SIGHUP');
  outClosed.addEventListener('abort', hangUp, { once: true });
  const interrupted = new AbortController();
  void stop.first.then((signal) => interrupted.abort(signal));
  const { signal } = interrupted;
  const terminal = terminalOf(env, process.stdout);
  const work = async (client: Client) => {
    const named = values.local ? undefined : (values.project ?? plan.project);
    const project = await findProjectId(client, named, { signal });
    signal.throwIfAborted();
    return runTests({ context, client, project, plan, values, stop, terminal });
  };
  // Whatever it waits for, a second signal leaves at once.
  const leavable = (client: Client) => orLeft(stop.forced, work(client));
  try {
    return values.local
      ? await onLocalStack(context, { stop, interrupted: signal }, leavable)
      : await leavable(await orLeft(signal, connect(context)));
  } catch (error) {
    if (!stop.isStopping()) throw error;
    return exitOfSignal(await stop.first);
  } finally {
    outClosed.removeEventListener('abort', hangUp);
    stop.dispose();
  }
}

export const command = defineCommand({
  about: [
    'Runs flows as tests, with one report: those of files, or named flows of a project. A test is a flow with a row',
    'of inputs: order.rows.json beside order.json has a list of {"inputs": {…}, "name": "…", "labels": […]}.',
  ],
  usage: "'flows/**/*.json'... | --flow NAME",
  options: TEST_OPTIONS,
  positionals: { min: 0, max: 1_000 },
  examples: [
    ["'flows/**/*.json' --retries 1 --junit out.xml", 'all flows of a folder, as in CI'],
    ["'flows/**/*.json' --local", 'the same without a server'],
    ['order.json --rows orders.json --max-parallel 4', 'one flow with many inputs'],
    ['--flow shop.order --base-url https://shop.test', 'a named flow, on another site'],
    ["'flows/**/*.json' --detach", 'start them, and leave'],
  ],
  notes: [
    'Put patterns in quotes: names of flows are the paths below their fixed part. Flows in files are not stored.',
    'Ctrl-C and SIGTERM cancel the batch, and write the reports within 5 s; a second signal leaves at once.',
    'With GITHUB_STEP_SUMMARY set, the Markdown is added to that file, too.',
    'Exit code 0: all passed, or failed in quarantine; 1: a test failed, or with --fail-on-flaky was flaky, or the batch was',
    'cancelled; 2: invalid flow, row or option, or no file; 129, 130, 143: interrupted.',
  ],
  run: test,
});
