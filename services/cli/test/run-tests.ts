/*
 * Starts a batch, shows its tests as they end, and says what it came to. Owns the order of that, and that a signal cancels
 * the batch, once. A gateway that is away for a while ends nothing.
 */
import type { Batch, BatchSummary, Client } from '#shared/api/client/index.ts';
import { isBatchFinal } from '#shared/domain/batch/rules.ts';
import type { StopSignals } from '#shared/platform/process/stop-signals.ts';
import type { CommandContext } from '../command.ts';
import { errorText, exitCodeOf } from '../error-text.ts';
import { EXIT, exitOfSignal } from '../exit.ts';
import { noteOutages } from '../flow/outage-notes.ts';
import { webAppOf } from '../gateway/web-app.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { shorten } from '../view/shorten.ts';
import type { Terminal } from '../view/terminal.ts';
import { cancelStarted, readBatch, type StartedBatch, startBatch } from './batch-calls.ts';
import { cancelOnStop } from './interruption.ts';
import type { TestValues } from './options.ts';
import { openSampleSites } from './sample-sites.ts';
import type { TestPlan } from './test-plan.ts';
import { createTestProgress, type TestProgress } from './test-progress.ts';
import { cancelText, failureLines, totalLines } from './test-text.ts';
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

/** After a signal there is so much time for what is written, ms. */
const WRITES_WITHIN_MS = 2_000;

/** Resolves to the exit code. @throws FlowError, ApiError, GatewayError */
export async function runTests(run: TestRun): Promise<number> {
  const { context, client, project, plan, values, stop } = run;
  await using sites = values.detach ? undefined : await openSampleSites(plan.visits);
  const created = await begin(run);
  const place = { client, project, batch: created.id };
  const page = values.local ? undefined : await webAppOf(client.url, stop.forced);
  const link = page && `${page}/batches/${project}/${created.id}`;
  if (values.detach && !stop.isStopping()) return tellDetached(run, created, link);
  for (const line of values.json ? [] : headLines(run, created, { link, sites: sites?.urls ?? [] }))
    context.out(line);

  const progress = createTestProgress(created, values.json ? undefined : run.terminal);
  const batch = await follow(run, place, progress);
  if (stop.forced.aborted) return exitOfSignal(await stop.first);
  return conclude(run, place, { batch, page });
}

/** A start is waited for a moment longer once a signal has come: a batch that is not known cannot be cancelled. */
async function begin({ context, client, project, plan, stop }: TestRun): Promise<BatchSummary> {
  const late = new AbortController();
  const leave = () => late.abort();
  void stop.first.then(() => AbortSignal.timeout(WRITES_WITHIN_MS).addEventListener('abort', leave));
  const signal = AbortSignal.any([stop.forced, late.signal]);
  try {
    return await startBatch({ client, project }, plan, signal);
  } catch (error) {
    if (signal.aborted) context.err('whether the batch was started is not known');
    throw error;
  }
}

function tellDetached(
  { context, values: { json, output } }: TestRun,
  created: BatchSummary,
  link: string | undefined,
): Promise<number> {
  if (json) context.out(plainJson(created));
  else for (const line of [`batch ${created.id}`, ...(link === undefined ? [] : [link])]) context.out(line);
  const written = output === undefined ? Promise.resolve() : writeBatch(output, created, context.cwd);
  return written.then(() => EXIT.done);
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
async function follow(run: TestRun, place: StartedBatch, progress: TestProgress): Promise<Batch> {
  const { context, client, values, stop, terminal } = run;
  const say = (text: string) => {
    if (terminal.live && !values.json) progress.note(shorten(text, terminal.columns - 1));
    else context.err(text);
  };
  const over = new AbortController();
  using interruption = cancelOnStop(stop, async (signal) => {
    say('cancelling the batch …');
    await cancelStarted(place, signal).catch((error: unknown) =>
      say(`it may still go on: ${errorText(error)}`),
    );
  });
  noteOutages(client.url, over.signal, say);
  try {
    const onLost = (error: Error) => say(`${error.message}; retrying`);
    for await (const entry of client.followBatch(place, { signal: interruption.left, onLost }))
      progress.show(entry);
    await interruption.asked();
  } catch (error) {
    if (!interruption.left.aborted) {
      say(`the batch may still go on: ${place.batch}`);
      throw error;
    }
  } finally {
    over.abort();
    progress.close();
  }
  return lastOf(place, progress, stop);
}

/** What is stored counts; after a signal what came over the stream will do. */
async function lastOf(place: StartedBatch, progress: TestProgress, stop: StopSignals): Promise<Batch> {
  try {
    return await readBatch(place, timeLeft(stop));
  } catch (error) {
    if (!stop.isStopping()) throw error;
    return progress.known();
  }
}

const timeLeft = (stop: StopSignals): AbortSignal =>
  stop.isStopping() ? AbortSignal.any([stop.forced, AbortSignal.timeout(WRITES_WITHIN_MS)]) : stop.forced;

/** Says what it came to, and writes what was asked for. */
async function conclude(
  { context, client, values, stop, terminal }: TestRun,
  place: StartedBatch,
  { batch, page }: { batch: Batch; page: string | undefined },
): Promise<number> {
  const palette = createPalette(terminal.colour);
  const artifacts = values.local ? undefined : `${client.url}/artifacts`;
  const ms = Date.parse(batch.finishedAt ?? new Date().toISOString()) - Date.parse(batch.createdAt);
  const cancelled = cancelText(batch);
  const lines = [
    ...failureLines(batch, { page, artifacts }, palette),
    '',
    ...(cancelled === undefined ? [] : [`  ${palette.yellow(cancelled)}`]),
    ...totalLines(batch, ms, palette),
  ];
  for (const line of values.json ? [plainJson(batch)] : lines) context.out(line);
  if (stop.isStopping() && !isBatchFinal(batch.status))
    context.err('it is being cancelled, and has not ended yet');
  let code = exitCodeOfBatch(batch, values['fail-on-flaky']);
  try {
    if (values.output !== undefined) await writeBatch(values.output, batch, context.cwd);
    await writeReports(place, values, context, timeLeft(stop));
  } catch (error) {
    context.err(`a report is missing: ${errorText(error)}`);
    if (code === EXIT.done) code = exitCodeOf(error);
  }
  return stop.isStopping() ? exitOfSignal(await stop.first) : code;
}
