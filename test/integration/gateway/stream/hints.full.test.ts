/* I7, I14: a stream with hints says each new thing that its run waits for, read once for all who ask. */
import { describe, expect, it } from 'vitest';
import { readSituations } from '#shared/adapters/database/run-views/situation.ts';
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import { createRunHints, type RunHints } from '../../../../services/gateway/stream/hints.ts';
import { streamRun } from '../../../../services/gateway/stream/watcher.ts';
import { eventually } from '../../../support/eventually.ts';
import { openSink } from '../../../support/http/sse-sink.ts';
import { useWatchers } from './fixture.ts';

const watchers = useWatchers();

const waits = (code: WaitingFor['code'], seq = 0): WaitingFor => ({ code, for: '', seq });

/** What runs wait for, as the test says; how often it was asked is counted, and how many watchers follow it. */
function createWaits(first: WaitingFor) {
  const known = { now: first, asked: 0, followed: 0 };
  /** The runs of each reading. */
  const loads: string[][] = [];
  const { follow } = createRunHints({
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
  const hints: RunHints = {
    follow(runId, tell) {
      const following = follow(runId, tell);
      known.followed += 1;
      const leave = () => {
        known.followed -= 1;
        following.leave();
      };
      return { ...following, leave };
    },
  };
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
    const { known, hints, loads } = createWaits(waits('slots'));
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push((await watchers.startRun()).id);
    const watching = ids.map((id) => watch(id, hints));
    for (const one of watching) await eventually(async () => expect(hintsOf(one)).toHaveLength(1));
    const together = () => loads.filter((runIds) => runIds.length === ids.length);
    await eventually(async () => expect(together().length).toBeGreaterThan(1));
    expect(together().at(-1)!.toSorted()).toEqual(ids.toSorted());
    expect(loads.at(-1)).toHaveLength(ids.length);
    expect(known.followed).toBe(ids.length);
    for (const { sink } of watching) sink.out.destroy();
    await Promise.all(watching.map(({ ended }) => ended));
    expect(known.followed).toBe(0);
  });
});
