import { type BenchClient, SHORT, WAITING } from './client.ts';
import type { RawPlaywright } from './raw/playwright.ts';
import { timed, wallNow } from './support/median.ts';
import { entered, runEnd } from './watch.ts';

/** What rounds of one run at a time have shown, ms. */
export const createSamples = () => ({
  /** What HTTP alone costs in the same rhythm. */
  http: [] as number[],
  accepted: [] as number[],
  started: [] as number[],
  toStepStart: [] as number[],
  toPass: [] as number[],
  toSse: [] as number[],
  answered: [] as number[],
  raised: [] as number[],
  ended: [] as number[],
  httpOfCancel: [] as number[],
  /** Raw Playwright's, in turns with ours. */
  raw: { open: [] as number[], flow: [] as number[], cancel: [] as number[] },
  /** The same runs, hop by hop. */
  start: {
    accepted: [] as number[],
    claimed: [] as number[],
    opened: [] as number[],
    step: [[], [], []] as number[][],
    settled: [] as number[],
    delivered: [] as number[],
  },
  /** The same cancels, hop by hop. */
  cancel: {
    recorded: [] as number[],
    raised: [] as number[],
    closed: [] as number[],
    delivered: [] as number[],
  },
});

export type Samples = ReturnType<typeof createSamples>;

const isWaiting = (seen: { entry: { type?: string; stepIndex?: number } }) =>
  seen.entry.type === 'step_start' && seen.entry.stepIndex === 1;

/** A run until it passes, then the same flow in raw Playwright. */
export async function passRound(client: BenchClient, raw: RawPlaywright, samples: Samples): Promise<void> {
  samples.http.push(await timed(() => client.api('/health')));
  const sent = wallNow();
  const { id } = await client.start(SHORT);
  const got = wallNow();
  const watcher = client.stream(id);
  const end = await watcher.until(runEnd);
  await watcher.ended;
  const stored = await client.stored(id);
  const stepStarts = stored.filter(({ type }) => type === 'step_start').map(({ at }) => at);
  const stepEnds = stored.filter(({ type }) => type === 'step_success').map(({ at }) => at);
  samples.accepted.push(got - sent);
  const claimed = await client.timeOf(id, 'claimed_at');
  samples.started.push(claimed - got);
  samples.toStepStart.push(stepStarts[0]! - sent);
  samples.toPass.push(end.at - sent);
  const live = watcher.seen.filter(({ entry }) => entry.seq !== undefined && entry.seq > 5);
  samples.toSse.push(...live.map(({ at, entry }) => at - stored[entry.seq! - 1]!.at));

  const passed = stored.at(-1)!.at;
  samples.start.accepted.push(got - sent);
  samples.start.claimed.push(claimed - got);
  samples.start.opened.push(stepStarts[0]! - claimed);
  for (const [index, list] of samples.start.step.entries())
    list.push((stepStarts[index + 1] ?? stepEnds[index]!) - stepStarts[index]!);
  samples.start.settled.push(passed - stepEnds.at(-1)!);
  samples.start.delivered.push(end.at - passed);

  samples.raw.open.push(await raw.open());
  samples.raw.flow.push(await raw.flow());
}

/** A cancel of a run that waits, then of a flow in raw Playwright. */
export async function cancelRound(client: BenchClient, raw: RawPlaywright, samples: Samples): Promise<void> {
  const { id } = await client.start(WAITING);
  const watcher = client.stream(id);
  await watcher.until(isWaiting);
  samples.httpOfCancel.push(await timed(() => client.api('/health')));
  const sent = wallNow();
  samples.answered.push(await timed(() => client.api(`/v1/runs/${id}/cancel`, {})));
  await watcher.until(entered('cancelling.aborting'));
  const end = await watcher.until(runEnd);
  const stored = await client.stored(id);
  const recorded = await client.timeOf(id, 'cancel_requested_at');
  const reached = (state: string) => stored.find(({ to }) => to === state)!.at;
  samples.raised.push(reached('cancelling.aborting') - sent);
  samples.ended.push(end.at - sent);
  samples.cancel.recorded.push(recorded - sent);
  samples.cancel.raised.push(reached('cancelling.aborting') - recorded);
  samples.cancel.closed.push(reached('fail') - reached('cancelling.aborting'));
  samples.cancel.delivered.push(end.at - reached('fail'));
  await watcher.ended;
  samples.raw.cancel.push(await raw.cancel());
}
