/*
 * Starts a batch, shows its tests as they end, and says what it came to. Owns the order of that, and that a signal cancels
 * the batch, once. A gateway that is away for a while ends nothing.
 */
import { type Batch, type BatchSummary, type Client, GatewayError } from '#shared/api/client/index.ts';
import { isBatchFinal } from '#shared/domain/batch/rules.ts';
import type { StopSignals } from '#shared/platform/process/stop-signals.ts';
import type { CommandContext } from '../command.ts';
import { errorText } from '../error-text.ts';
import { EXIT, exitOfSignal } from '../exit.ts';
import { noteOutages } from '../flow/outage-notes.ts';
import { webAppOf } from '../gateway/web-app.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { shorten } from '../view/shorten.ts';
import type { Terminal } from '../view/terminal.ts';
import { cancelStarted, LostCancelError, readBatch, type StartedBatch, startBatch } from './batch-calls.ts';
import { cancelOnStop, type StopTimes, timeAfter } from './interruption.ts';
import type { TestValues } from './options.ts';
import { openSampleSites } from './sample-sites.ts';
import type { TestPlan } from './test-plan.ts';
import { createTestProgress, type TestProgress } from './test-progress.ts';
import { endLines } from './test-text.ts';
import { exitCodeOfBatch } from './verdict.ts';
import { writeBatch, writeReports } from './write-reports.ts';

export interface TestRun {
  context: CommandContext;
  client: Client;
  /** Its id. */
  project: string;
  plan: TestPlan;
  values: TestValues;
  stop: StopSignals;
  terminal: Terminal;
}

/** The batch as far as it is known, and what the cancel failed with, if it did. */
interface Followed {
  batch: Batch;
  failure: unknown;
}

/** Resolves to the exit code. @throws FlowError, ApiError, GatewayError */
export async function runTests(run: TestRun): Promise<number> {
  const { context, client, project, plan, values, stop } = run;
  using time = timeAfter(stop);
  await using sites = values.detach ? undefined : await openSampleSites(plan.visits);
  const created = await begin(run, time);
  const place = { client, project, batch: created.id };
  const page = values.local ? undefined : await webAppOf(client.url, time.start);
  const link = page && `${page}/batches/${project}/${created.id}`;
  if (values.detach && !stop.isStopping()) return tellDetached(run, created, { link, time });
  for (const line of values.json ? [] : headLines(run, created, { link, sites: sites?.urls ?? [] }))
    context.out(line);

  const progress = createTestProgress(created, values.json ? undefined : run.terminal);
  const address = link === undefined ? created.id : `${created.id}, ${link}`;
  try {
    const followed = await follow(run, place, { progress, time });
    if (stop.forced.aborted) return exitOfSignal(await stop.first);
    return await conclude(run, place, { followed, page, address, time });
  } catch (error) {
    if (!values.local) context.err(`the batch may still go on: ${address}`);
    await writeBatch(values.output, progress.known(), { ...context, signal: time.all });
    throw error;
  }
}

/** A start is waited for a moment longer once a signal has come: a batch that is not known cannot be cancelled. */
async function begin(
  { context, client, project, plan }: TestRun,
  { start }: StopTimes,
): Promise<BatchSummary> {
  try {
    return await startBatch({ client, project }, plan, start);
  } catch (error) {
    if (start.aborted) context.err('whether the batch was started is not known');
    throw error;
  }
}

function tellDetached(
  { context, values: { json, output } }: TestRun,
  created: BatchSummary,
  { link, time }: { link: string | undefined; time: StopTimes },
): Promise<number> {
  if (json) context.out(plainJson(created));
  else for (const line of [`batch ${created.id}`, ...(link === undefined ? [] : [link])]) context.out(line);
  return writeBatch(output, created, { ...context, signal: time.all });
}

function headLines(
  { terminal }: TestRun,
  { id, counts: { tests }, maxParallel }: BatchSummary,
  { link, sites }: { link: string | undefined; sites: readonly string[] },
): string[] {
  const { bold, dim } = createPalette(terminal.colour);
  const count = `${tests} ${tests === 1 ? 'test' : 'tests'}, ${maxParallel} at a time at most`;
  return [
    `${bold('batch')} ${id}  ${dim(count)}`,
    ...sites.map((url) => dim(`the sample shop is open at ${url} until they end`)),
    ...(link === undefined ? [] : [dim(`see it: ${link}`)]),
    '',
  ];
}

/** The batch at its end, or as it is once that is not waited for any more. */
async function follow(
  run: TestRun,
  place: StartedBatch,
  { progress, time }: { progress: TestProgress; time: StopTimes },
): Promise<Followed> {
  const { context, client, values, stop, terminal } = run;
  const say = (text: string) => {
    if (terminal.live && !values.json) progress.note(shorten(text, terminal.columns - 1));
    else context.err(text);
  };
  const over = new AbortController();
  using interruption = cancelOnStop(stop, time, (signal) => {
    say('cancelling the batch …');
    return cancelStarted(place, signal);
  });
  noteOutages(client.url, over.signal, say);
  let failure: unknown;
  try {
    const onLost = (error: Error) => say(`${error.message}; retrying`);
    for await (const entry of client.followBatch(place, { signal: time.end, onLost })) progress.show(entry);
  } catch (error) {
    if (!stop.isStopping()) throw error;
  } finally {
    failure = await interruption.failure();
    over.abort();
    progress.close();
  }
  return { batch: await lastOf(place, progress, { stop, time, failure }), failure };
}

/** What is stored counts; after a signal what came over the stream will do. */
async function lastOf(
  place: StartedBatch,
  progress: TestProgress,
  { stop, time, failure }: { stop: StopSignals; time: StopTimes; failure: unknown },
): Promise<Batch> {
  // A gateway that is not there has no news.
  if (failure instanceof GatewayError && !(failure instanceof LostCancelError)) return progress.known();
  try {
    return await readBatch(place, time.state);
  } catch (error) {
    if (!stop.isStopping()) throw error;
    return progress.known();
  }
}

/** Says what it came to, and writes what was asked for. */
async function conclude(
  { context, client, values, stop, terminal }: TestRun,
  place: StartedBatch,
  {
    followed,
    page,
    address,
    time,
  }: { followed: Followed; page: string | undefined; address: string; time: StopTimes },
): Promise<number> {
  const { batch } = followed;
  const failOnFlaky = values['fail-on-flaky'];
  const lines = endLines(batch, {
    places: { page, artifacts: values.local ? undefined : `${client.url}/artifacts` },
    palette: createPalette(terminal.colour),
    failOnFlaky,
  });
  for (const line of values.json ? [plainJson(batch)] : lines) context.out(line);
  if (stop.isStopping() && !isBatchFinal(batch.status)) context.err(goesOnText(followed, address));
  const code = exitCodeOfBatch(batch, failOnFlaky);
  const writing = { ...context, signal: time.all };
  const written = [
    await writeBatch(values.output, batch, writing),
    await writeReports(place, values, writing),
  ].find((one) => one !== EXIT.done);
  if (stop.isStopping()) return exitOfSignal(await stop.first);
  return code === EXIT.done ? (written ?? code) : code;
}

/** What is said after a signal of a batch that has not ended. */
function goesOnText({ batch, failure }: Followed, address: string): string {
  if (failure === undefined || batch.status === 'cancelling')
    return `it is being cancelled, and has not ended yet: ${address}`;
  const what =
    failure instanceof LostCancelError
      ? 'whether it is being cancelled is not known'
      : 'it was not cancelled, and goes on';
  return `${what}: ${address} (${errorText(failure)})`;
}
