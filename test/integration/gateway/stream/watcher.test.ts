/* I3, I6, I7: a watcher sees a run to its end from wherever it begins, and its cancel once it is recorded. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { recordCancelRequest } from '#shared/adapters/database/runs/record-cancel.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Hole } from '#shared/domain/events/stream.ts';
import { streamRun } from '../../../../services/gateway/stream/watcher.ts';
import { CANCEL, CLAIM, CLOSED, INTERRUPTED, LAUNCHED, TO_PASS } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { openSink } from '../../../support/http/sse-sink.ts';
import { useWatchers } from './fixture.ts';

const watchers = useWatchers();
const noError = (error: unknown) => {
  throw error;
};
const { watch } = watchers;
const ALL = Array.from({ length: 13 }, (_, n) => n + 1);

describe('a watcher', () => {
  it('I6, I7: sees a live run from its start to its end, as the contract writes it', async () => {
    const run = await watchers.startRun();
    const { sink, ended } = watch(run.id);
    await sink.until('running');
    await run.live(watchers.bus, TO_PASS);
    await ended;
    expect(run.lastSeq).toBe(ALL.length);
    expect(sink.brief).toEqual(['running', ...ALL, 'pass', 'end']);
    const messages = sink.text.split('\n\n');
    expect(messages[0]).toMatch(
      /^event: status\ndata: \{"kind":"status","status":"running","at":"[^"]+Z"\}$/,
    );
    expect(messages[1]).toMatch(
      /^event: assist\ndata: \{"kind":"assist","type":"transition","seq":1,"at":"[^"]+Z","payload":\{.*\}\}\nid: 1$/,
    );
    expect(messages.at(-2)).toMatch(/^event: end\ndata: \{"kind":"end","at":"[^"]+Z"\}$/);
    expect(sink.out.writableFinished).toBe(true);
  });

  it('I7: gets everything of a run that is over, and its final status again before the end', async () => {
    const run = await watchers.startRun();
    await run.commitAll(TO_PASS);
    const { sink, ended } = watch(run.id);
    await ended;
    expect(sink.brief).toEqual(['pass', ...ALL, 'pass', 'end']);
  });

  it.each([
    ['in the middle', 7, ALL.slice(7)],
    ['at the last event', 13, []],
    ['beyond the last event, which can only be a mistake', 99, []],
  ])('I7: reconnects with an id %s and misses nothing', async (_, lastEventId, missed) => {
    const run = await watchers.startRun();
    await run.commitAll(TO_PASS);
    const { sink, ended } = watch(run.id, lastEventId);
    await ended;
    expect(sink.brief).toEqual(['pass', ...missed, 'pass', 'end']);
  });

  it('I7: reconnects to a run that goes on', async () => {
    const run = await watchers.startRun();
    await run.live(watchers.bus, TO_PASS.slice(0, 3));
    const { sink, ended } = watch(run.id, 2);
    await sink.until(4);
    await run.live(watchers.bus, TO_PASS.slice(3));
    await ended;
    expect(sink.brief).toEqual(['running', ...ALL.slice(2), 'pass', 'end']);
  });

  it('I3: sees cancelling from the moment a cancel is recorded, once', async () => {
    const run = await watchers.startRun();
    await run.live(watchers.bus, [CLAIM, LAUNCHED]);
    await recordCancelRequest(watchers.sql, { runId: run.id, by: 'user', mode: 'graceful' });
    const { sink, ended } = watch(run.id);
    await sink.until('cancelling');
    await run.live(watchers.bus, [CANCEL, INTERRUPTED, CLOSED]);
    await ended;
    const events = Array.from({ length: run.lastSeq }, (_, n) => n + 1);
    expect(sink.brief).toEqual(['cancelling', ...events, 'fail', 'end']);
  });

  it.each([
    ['at its end', 'seq > 5', ALL.slice(0, 5), { from: 6, to: 13 }],
    ['in its middle', 'seq between 3 and 4', [1, 2, ...ALL.slice(4)], { from: 3, to: 4 }],
    ['at its beginning', 'seq = 1', ALL.slice(1), { from: 1, to: 1 }],
    ['that is all of it', 'true', [], { from: 1, to: 13 }],
  ])(
    'sees what there is of a run with a hole %s, reading no more than once for it, and its end',
    async (_, gone, kept, hole) => {
      const run = await watchers.startRun();
      await run.commitAll(TO_PASS);
      await watchers.sql.rows(`delete from events where run_id = $1 and ${gone}`, [run.id]);
      let reads = 0;
      const counting: Sql = {
        ...watchers.sql,
        row: (text, values) => {
          reads += 1;
          return watchers.sql.row(text, values);
        },
      };
      const missing: Hole[] = [];
      const sink = openSink();
      const deps = { sql: counting, feeds: watchers.feeds, now: () => 0, onError: noError };
      await streamRun({ ...deps, onMissing: (holes) => void missing.push(...holes) }, run.id, 0, sink.out);
      expect(sink.brief).toEqual(['pass', ...kept, 'pass', 'end']);
      expect(missing).toEqual([hole]);
      expect(reads).toBeLessThanOrEqual(2);
    },
  );

  it('goes on after a hole of a run that goes on', async () => {
    const run = await watchers.startRun();
    await run.commitAll(TO_PASS.slice(0, 3));
    const { lastSeq } = run;
    await watchers.sql.rows('delete from events where run_id = $1 and seq = $2', [run.id, lastSeq]);
    const { sink, ended } = watch(run.id);
    await eventually(() => expect(watchers.missing).toContainEqual({ from: lastSeq, to: lastSeq }));
    await run.live(watchers.bus, TO_PASS.slice(3));
    await ended;
    expect(sink.brief).toEqual(['running', ...ALL.filter((seq) => seq !== lastSeq), 'pass', 'end']);
  });

  it('ends at once for a run that retention took', async () => {
    const { sink, ended } = watch('00000000-0000-4000-8000-000000000000');
    await ended;
    expect(sink.text).toBe('');
  });
});

describe('several watchers', () => {
  it('of one run share a subscription, which goes with the last of them', async () => {
    const run = await watchers.startRun();
    await run.live(watchers.bus, TO_PASS.slice(0, 1));
    const [one, two] = [watch(run.id), watch(run.id, 1)];
    await Promise.all([one.sink.until('running'), two.sink.until('running')]);
    expect(watchers.listening).toEqual([`ghostly.v1.run.${run.id}.live`]);
    one.out.destroy();
    await one.ended;
    expect(watchers.listening).toHaveLength(1);
    await run.live(watchers.bus, TO_PASS.slice(1));
    await two.ended;
    expect(two.sink.brief).toEqual(['running', ...ALL.slice(1), 'pass', 'end']);
    expect(watchers.listening).toEqual([]);
  });
});

describe('a watcher that is gone', () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

  it('leaves no timer and no subscription', async () => {
    const run = await watchers.startRun();
    await watchers.sql.row('select 1');
    const before = timers();
    const { sink, ended, out } = watch(run.id);
    await sink.until('running');
    expect(timers()).toBeGreaterThan(before);
    out.destroy();
    await ended;
    expect(timers()).toBeLessThanOrEqual(before);
    expect(watchers.listening).toEqual([]);
  });

  it('may have gone before it was looked after', async () => {
    const run = await watchers.startRun();
    const { out } = openSink();
    out.destroy();
    await once(out, 'close');
    await watchers.watchInto(out, run.id);
    expect(watchers.listening).toEqual([]);
  });

  it('may go in the middle of a write', async () => {
    const run = await watchers.startRun();
    await run.commitAll(TO_PASS);
    const { out, ended } = watch(run.id);
    out._transform = (_chunk, _encoding, done) => done(new Error('connection reset'));
    await ended;
    expect(out.destroyed).toBe(true);
    expect(watchers.listening).toEqual([]);
  });
});

it('I7: a watcher whose first read fails is served while its run goes on talking', async () => {
  const run = await watchers.startRun();
  let failures = 1;
  const failing: Sql = {
    ...watchers.sql,
    row: (text, values) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new Error('not now')) : watchers.sql.row(text, values);
    },
  };
  const sink = openSink();
  const errors: unknown[] = [];
  const deps = {
    sql: failing,
    feeds: watchers.feeds,
    now: Date.now,
    onError: (error: unknown) => errors.push(error),
    onMissing: () => undefined,
  };
  const ended = streamRun(deps, run.id, 0, sink.out);
  await eventually(() => expect(errors).toHaveLength(1));
  // It is never silent for so long that a look would find it.
  const talk = setInterval(() => {
    watchers.bus.publish(subjects.live(run.id), [
      { kind: 'status', status: 'running', at: new Date(0).toISOString() },
    ]);
  }, 100);
  try {
    await eventually(() => expect(sink.brief).toContain('running'));
  } finally {
    clearInterval(talk);
    sink.out.destroy();
    await ended;
  }
});
