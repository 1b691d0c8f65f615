/*
 * A page that floods its browser's connection for seconds, and a run of the same project, so on the same browser, that
 * is cancelled meanwhile: whatever it takes, that run ends within its grace budget.
 */
import { expect } from 'vitest';
import { eventually, scaledMs } from '../eventually.ts';
import { expectWholeStream } from '../http/run-stream.ts';
import { isEvent, isRunEnd } from '../http/sse.ts';
import { type Flood, startFloodSite } from '../sites/flood-site.ts';
import { type StackBench, useServices, useStack } from './use-stack.ts';

const GRACE_MS = scaledMs(2_500);
/** A flood that is counted ends with its page, long before anybody cancels. */
export const CLOSED = 'waitForSelector #nope: the page floods its browser with messages, and was closed';

export interface BesideFlood {
  flood: Flood;
  /** Error of the step of its run. */
  error?: string;
}

/** For the top of a suite, with a runner of its own. What it returns plays a flood of `floodingMs`. */
export function useBesideFlood(floodingMs: number): (given: BesideFlood) => Promise<void> {
  const bench = useStack({ besides: ['supervisor'] });
  const env = { GHOSTLY_CANCEL_GRACE_MS: String(GRACE_MS), GHOSTLY_LEASE_MS: String(scaledMs(9_000)) };
  useServices(() => [bench.stack.launch('runner', env)]);
  return (given) => play({ bench, floodingMs, ...given });
}

interface Given extends BesideFlood {
  bench: StackBench;
  floodingMs: number;
}

async function play({ bench: { site, client }, floodingMs, flood, error }: Given): Promise<void> {
  await using floods = await startFloodSite();
  const waiting = { action: 'waitForSelector', selector: '#nope', timeoutMs: 120_000 };
  const tag = encodeURIComponent(flood);
  const beside = await client.start({
    baseUrl: site.url,
    steps: [{ action: 'goto', url: `/held?${tag}` }, waiting],
  });
  const watch = await client.watch(beside);
  await watch.until(isEvent('step_start', 1));
  const flooding = await client.start({
    baseUrl: floods.url,
    steps: [{ action: 'goto', url: floods.pathFor(flood, floodingMs) }, waiting],
  });
  const watchFlooding = await client.watch(flooding);
  await Promise.race([floods.begun, watchFlooding.ended()]);

  const sent = performance.now();
  await client.cancel(beside);
  const messages = await watch.ended();
  expect(expectWholeStream(messages)).toMatchObject({ status: 'fail', cancelled: true, source: 'user' });
  expect(messages.find(isRunEnd)!.came - sent).toBeLessThan(GRACE_MS);
  await eventually(() => expect(site.open(`/never?${tag}`)).toBe(0));

  await client.cancel(flooding);
  await watchFlooding.ended();
  if (error !== undefined) expect((await client.read(flooding)).steps[1]).toMatchObject({ error });
}
