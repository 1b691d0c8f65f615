/* The trace of a claim tells once of each cancel that the owner has heard of, and that it cannot go on. */
import { expect, it } from 'vitest';
import { placeOfRun } from '#shared/platform/traces/run-trace.ts';
import { traceClaim } from '../../../../services/runner/run/claim-trace.ts';
import type { Stay } from '../../../../services/runner/run/news.ts';
import { useTraces } from '../../../support/traces/use-traces.ts';

const traces = await useTraces();

const place = (digit: string) => `00-${digit.repeat(32)}-${'b'.repeat(16)}-01`;
const [RUN, CANCEL] = [place('5'), place('6')];
const MOMENT = 1_000_000;

function claimed(id: string) {
  const now = new Date(MOMENT);
  const run = { id, epoch: 1, lastSeq: 0, createdAt: now, now, traceparent: RUN };
  return traceClaim({ ...run, owner: 'one', movedAt: MOMENT }, () => MOMENT);
}

it("a user's cancel that follows one of a runner that shuts down has its hops, once", async () => {
  const trace = claimed('a run');
  let heard = 0;
  const hear = () => {
    heard += 1;
  };
  trace.cancelled(undefined, 'commit', hear);
  trace.cancelled(CANCEL, 'heartbeat', hear);
  trace.cancelled(CANCEL, 'heartbeat', hear);
  await trace.commit('cancelling', async () => undefined);
  trace.over(MOMENT + 1);
  expect(heard).toBe(3);

  const spans = await traces.collected();
  const ofCancel = spans.filter(({ traceId }) => traceId === '6'.repeat(32));
  expect(ofCancel.map(({ name }) => name)).toEqual(['hear of cancel', 'UPDATE runs']);
  const [receipt, commit] = ofCancel;
  expect(commit!.parentSpanId).toBe(receipt!.spanId);
  const { traceId, spanId } = receipt!;
  expect(spans.find(({ name }) => name === 'cancelling')!.links).toEqual([{ traceId, spanId }]);
});

it('what is a part of a cancel does not begin before it, whatever the clock of its machine says', async () => {
  const trace = claimed('a cancelled run');
  const stay = (state: string, to: string, from: number, until: number): Stay => ({
    state,
    to,
    entered: { seq: from, at: MOMENT + from * 1_000 },
    left: { seq: from + 1, at: MOMENT + until * 1_000 },
  });
  trace.cancelled(place('7'), 'command', () => undefined);
  await trace.commit('cancelling', async () => undefined);
  trace.stored({
    steps: [],
    stays: [
      stay('running.stepping.acting', 'cancelling.aborting', 0, 0),
      stay('cancelling.aborting', 'cancelling.closing', 0, 1),
    ],
  });

  const spans = (await traces.collected()).filter(({ traceId }) => traceId === '7'.repeat(32));
  const receipt = spans.find(({ kind }) => kind === 5)!;
  const parts = spans.filter(({ parentSpanId }) => parentSpanId === receipt.spanId);
  expect(parts.map(({ name }) => name).toSorted()).toEqual(['UPDATE runs', 'interrupt call']);
  for (const { name, start, end } of parts) {
    expect(start, name).toBeGreaterThanOrEqual(receipt.start);
    expect(end, name).toBeGreaterThanOrEqual(start);
  }
});

it('an owner that cannot go on says so of its claim, which is a part of the run', async () => {
  claimed('another run').over(MOMENT + 1, 'broken');
  const held = (await traces.collected()).find(({ name, failed }) => name === 'hold run' && failed)!;
  expect(held.attributes['error.type']).toBe('broken');
  expect(placeOfRun({ runId: 'another run', traceparent: RUN })).toContain(held.parentSpanId);
});
