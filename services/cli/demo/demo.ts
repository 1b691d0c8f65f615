/*
 * The demo from its first line to its last. Owns the order: stack and shop, the acts, what the cancel cost, and the end,
 * which comes whatever happens before it: the shop is closed, the stack stopped, its home removed.
 */
import { type Client, createClient } from '#shared/api/client/index.ts';
import type { StopSignals } from '#shared/platform/process/stop-signals.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, exitOfSignal } from '../exit.ts';
import { startLocalStack } from '../local-stack/local-stack.ts';
import { type Act, DEMO_ACTS, loadFlow } from './acts.ts';
import { costsOf } from './cancel-cost.ts';
import { type Played, play } from './play.ts';
import { openShop } from './shop/shop.ts';
import type { DemoStage } from './stage.ts';

export interface DemoDeps {
  context: CommandContext;
  stage: DemoStage;
  stop: StopSignals;
  /** Monotonic, ms. */
  now: () => number;
  /** Epoch ms. */
  wallClock: () => number;
}

/** Resolves to the exit code: done if all ended as they should and nothing is left. */
export async function runDemo(deps: DemoDeps): Promise<number> {
  const { context, stage, stop } = deps;
  const interrupted = new AbortController();
  void stop.first.then((signal) => interrupted.abort(signal));
  const signal = AbortSignal.any([interrupted.signal, context.outClosed]);
  stage.title('Ghostly', 'three runs on a stack of their own');
  let problems: string[];
  try {
    problems = await onOwnStack(deps, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    if (!interrupted.signal.aborted) return EXIT.refused; // the output was closed
    return exitOfSignal(interrupted.signal.reason as NodeJS.Signals);
  }
  for (const problem of problems) stage.failed(problem);
  stage.line();
  return problems.length === 0 ? EXIT.done : EXIT.refused;
}

async function onOwnStack(deps: DemoDeps, signal: AbortSignal): Promise<string[]> {
  const { context, stage, stop, now } = deps;
  const began = now();
  stage.wait('starting a stack …');
  const isNews = (line: string) => !/: found /.test(line);
  const stack = await startLocalStack({
    env: context.env,
    purpose: 'demo',
    say: (line) => (isNews(line) ? stage.note(line) : stage.wait(line)),
  });
  const problems: string[] = [];
  try {
    const address = await stack.ready(signal);
    stage.done('stack', 'PostgreSQL, NATS, gateway, runner, supervisor', now() - began);
    await using shop = await openShop(0);
    stage.done('shop', `a sample site for the runs to visit, ${shop.url}`);
    problems.push(...(await playAll(deps, createClient(address), shop.url, signal)));
  } finally {
    stage.wait('stopping …');
    const stopping = now();
    const left = await stack.stop(stop.forced);
    if (left.length === 0) stage.done('stopped', 'no process and no file is left', now() - stopping);
    else problems.push(`left behind: ${left.join(', ')}`);
  }
  return problems;
}

/** Resolves to the problems found. */
async function playAll(
  { context, stage, wallClock }: DemoDeps,
  client: Client,
  shopUrl: string,
  signal: AbortSignal,
): Promise<string[]> {
  const [project] = await client.call('listProjects', {}, { signal });
  if (project === undefined) return ['the stack has no project'];
  const problems: string[] = [];
  let cancelled: Played | undefined;
  for (const [index, act] of DEMO_ACTS.entries()) {
    const flow = await loadFlow(context.root, act, shopUrl);
    const played = await play(act, index + 1, flow, {
      client,
      project: project.id,
      stage,
      signal,
      now: wallClock,
    });
    if (played.marks !== undefined) cancelled = played;
    problems.push(...(await problemsOf(act, played, client, signal)));
  }
  if (cancelled?.marks !== undefined) stage.costs(costsOf(cancelled.marks));
  stage.line();
  if (problems.length === 0)
    stage.done('outcomes', `${DEMO_ACTS.map(({ expected }) => expected).join(', ')}: as they should be`);
  return problems;
}

/** The stored run has to agree with its stream. */
async function problemsOf(act: Act, played: Played, client: Client, signal: AbortSignal): Promise<string[]> {
  const { runId, outcome, events, marks } = played;
  const kept = await client.get(runId, { signal });
  const status = act.expected === 'pass' ? 'pass' : 'fail';
  const isCancelled = act.expected === 'cancelled';
  const checks: [boolean, string][] = [
    [outcome === act.expected, `it ended as ${outcome ?? 'nothing'}, not ${act.expected}`],
    [kept.status === status, `it is stored as ${kept.status}, not ${status}`],
    [kept.events?.length === events, `${events} events came of ${kept.events?.length ?? 0}`],
    [!isCancelled || marks !== undefined, 'its cancel was not seen whole'],
    [kept.steps[0]?.ok === true, 'its first step is not kept'],
  ];
  return checks.filter(([holds]) => !holds).map(([, why]) => `${act.title}: ${why}`);
}
