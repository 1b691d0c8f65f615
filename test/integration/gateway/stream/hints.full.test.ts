import { describe, expect, it } from 'vitest';
import { readSituations } from '#shared/adapters/database/run-views/situation.ts';
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import { createRunHints } from '../../../../services/gateway/stream/hints.ts';
import { streamRun } from '../../../../services/gateway/stream/watcher.ts';
import { eventually } from '../../../support/eventually.ts';
import { openSink } from '../../../support/http/sse-sink.ts';
import { useWatchers } from './fixture.ts';

const watchers = useWatchers();

const waits = (code: WaitingFor['code'], seq = 0): WaitingFor => ({ code, for: '', seq });

/** What runs wait for, as the test says; how often it was asked is counted. */
function createWaits(first: WaitingFor) {
  const known = { now: first, asked: 0 };
  /** The runs of each reading. */
  const loads: string[][] = [];
  const hints = createRunHints({
    load: (runIds) => {
      loads.push(runIds);
      return readSituations(watchers.sql, runIds);
    },
    read: async () => {
      known.asked += 1;
      const at = new Date().toISOString();
      return { waitingFor: { ...known.now, for: `it has been asked ${known.asked} times`, at } };
    },
  });
  return { known, hints, loads };
}

function watch(runId: string, hints?: ReturnType<typeof createWaits>['hints']) {
  const sink = openSink();
  const { sql, feeds } = watchers;
  const onError = (error: unknown) => {
    throw error;
  };
  const deps = { sql, feeds, now: () => 0, onError, onMissing: () => undefined };
  const ended = streamRun({ ...deps, ...(hints && { hints }) }, runId, 0, sink.out);
  return { sink, ended };
}
const messagesOf = ({ sink }: ReturnType<typeof watch>) =>
  [...sink.text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, event, data]) => ({ event, data }));
const kindsOf = (watching: ReturnType<typeof watch>) => messagesOf(watching).map(({ event }) => event);
const hintsOf = (watching: ReturnType<typeof watch>) =>
  messagesOf(watching).flatMap(({ event, data }) => (event === 'hint' ? [JSON.parse(data!)] : []));

describe('a stream with hints', () => {
  it('I7: says after the first status what the run waits for, and again only when that is another, whatever its words count', async () => {
    const { id: runId } = await watchers.startRun();
    const { known, hints } = createWaits(waits('slots'));
    const watching = watch(runId, hints);
    await eventually(async () => expect(kindsOf(watching)).toEqual(['status', 'hint']));
    const asked = known.asked;
    await eventually(async () => expect(known.asked).toBeGreaterThan(asked));
    known.now = waits('runner');
    await eventually(async () => expect(hintsOf(watching)).toHaveLength(2));
    expect(hintsOf(watching)).toMatchObject([
      { kind: 'hint', waitingFor: { code: 'slots', seq: 0 } },
      { kind: 'hint', waitingFor: { code: 'runner', seq: 0 } },
    ]);
    watching.sink.out.destroy();
    await watching.ended;
  });

  it('I14: is read with all others that are watched, by one statement', async () => {
    const { hints, loads } = createWaits(waits('slots'));
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push((await watchers.startRun()).id);
    const watching = ids.map((id) => watch(id, hints));
    for (const one of watching) await eventually(async () => expect(hintsOf(one)).toHaveLength(1));
    const together = () => loads.filter((runIds) => runIds.length === ids.length);
    await eventually(async () => expect(together().length).toBeGreaterThan(1));
    expect(together().at(-1)!.toSorted()).toEqual(ids.toSorted());
    expect(loads.at(-1)).toHaveLength(ids.length);
    for (const { sink } of watching) sink.out.destroy();
    await Promise.all(watching.map(({ ended }) => ended));
  });

  it('I14: is read once for all who ask, and not at all for those who do not, nor when they are gone', async () => {
    const { id: runId } = await watchers.startRun();
    const { known, hints } = createWaits(waits('slots'));
    const silent = watch(runId);
    await eventually(async () => expect(kindsOf(silent)).toEqual(['status']));
    expect(known.asked).toBe(0);
    const began = performance.now();
    const asking = [1, 2, 3].map(() => watch(runId, hints));
    for (const one of asking) await eventually(async () => expect(hintsOf(one)).toHaveLength(1));
    // Once a second, however many ask.
    expect(known.asked).toBeLessThanOrEqual(2 + Math.floor((performance.now() - began) / 1_000));
    expect(kindsOf(silent)).toEqual(['status']);
    for (const { sink } of [silent, ...asking]) sink.out.destroy();
    await Promise.all([silent, ...asking].map(({ ended }) => ended));
    const { asked } = known;
    const gone = performance.now();
    // It would be read once a second.
    await eventually(() => expect(performance.now() - gone).toBeGreaterThan(1_500));
    expect(known.asked).toBe(asked);
    const { ended, sink } = watch(runId, hints);
    await eventually(async () => expect(known.asked).toBeGreaterThan(asked));
    sink.out.destroy();
    await ended;
  });
});
