/* I6, I7: a watcher is sent each entry once, in order, though NATS loses, repeats and reorders them. */
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import type { StreamEntry } from '#shared/domain/events/stream.ts';
import { CLAIM, LAUNCHED, TO_PASS } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { brief } from '../../../support/http/sse-sink.ts';
import { useWatchers } from './fixture.ts';

const watchers = useWatchers();
const { watch } = watchers;
const ALL = Array.from({ length: 13 }, (_, n) => n + 1);
const WHOLE = ['running', ...ALL, 'pass', 'end'];

/** Says entries to all watchers, as often and in whatever order it is called. */
const say = (runId: string, ...entries: StreamEntry[]) => watchers.bus.publish(subjects.live(runId), entries);

describe('when NATS is unreliable', () => {
  it('I7: a look each second finds what was never published', async () => {
    const run = await watchers.startRun();
    const { sink, ended } = watch(run.id);
    await sink.until('running');
    await run.commitAll(TO_PASS.slice(0, 1));
    await sink.until(1); // one event is enough
    await run.commitAll(TO_PASS.slice(1));
    await ended;
    expect(sink.brief).toEqual(WHOLE);
  });

  it('I7: nothing is missed though it is away all the time', async () => {
    await watchers.nats.stop();
    await eventually(() => expect(watchers.bus.connected).toBe(false));
    const run = await watchers.startRun();
    await run.commitAll(TO_PASS.slice(0, 3));
    const { sink, ended } = watch(run.id);
    await sink.until(4);
    await run.commitAll(TO_PASS.slice(3));
    await ended;
    expect(sink.brief).toEqual(WHOLE);
    await watchers.nats.startAgain();
    await eventually(() => expect(watchers.bus.connected).toBe(true));
  });
});

describe('without waiting for a look', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('I7: an entry out of turn shows that something is missing, and it is read', async () => {
    const run = await watchers.startRun();
    const { sink } = watch(run.id);
    await sink.until('running');
    const entries = await run.commitAll(TO_PASS.slice(0, 4));
    say(run.id, entries.findLast(({ kind }) => kind === 'assist')!);
    await sink.until(run.lastSeq);
    expect(sink.brief).toEqual(['running', ...ALL.slice(0, run.lastSeq)]);
  });

  it('I6, I7: repeated and reordered entries come out once and in order', async () => {
    const run = await watchers.startRun();
    const { sink, ended } = watch(run.id);
    await sink.until('running');
    const entries = await run.commitAll(TO_PASS);
    for (const entry of [...entries.toReversed(), ...entries]) say(run.id, entry);
    say(run.id, ...entries.toReversed(), ...entries);
    await ended;
    expect(sink.brief).toEqual(WHOLE);
  });

  it('I7: a connection that comes back shows what was missed meanwhile', async () => {
    const run = await watchers.startRun();
    const { sink, ended } = watch(run.id);
    await sink.until('running');
    await watchers.nats.stop();
    await eventually(() => expect(watchers.bus.connected).toBe(false));
    await run.commitAll(TO_PASS);
    await watchers.nats.startAgain();
    await ended;
    expect(sink.brief).toEqual(WHOLE);
  });

  it('hears nothing in what is no list of entries', async () => {
    const run = await watchers.startRun();
    const { sink } = watch(run.id);
    await sink.until('running');
    for (const rubbish of [null, 7, { kind: 'end' }]) watchers.bus.publish(subjects.live(run.id), rubbish);
    say(run.id, ...(await run.commitAll([CLAIM])));
    await sink.until(1);
    expect(sink.brief).toEqual(['running', 1]);
  });

  it('pings every 15 s with the time', async () => {
    const run = await watchers.startRun();
    const { sink } = watch(run.id);
    await sink.until('running');
    watchers.clock.now = 1_234;
    vi.advanceTimersByTime(30_000);
    await eventually(() => expect(sink.brief.filter((entry) => entry === 'ping')).toHaveLength(2));
    expect(sink.text).toMatch(/event: ping\ndata: 1234\n\n$/);
  });
});

describe('a slow watcher', () => {
  const MANY = 2_000;
  const BYTES = 1_000;
  const FINAL = MANY + ALL.length;

  /** A run that has many big events already. */
  const bigRun = () =>
    watchers.startRun(async (id) => {
      await watchers.sql.rows('update runs set last_seq = $2 where id = $1', [id, MANY]);
      await watchers.sql.rows(
        `insert into events select $1, n, 'transition', null, json_build_object('text', repeat('x', $3::int)), clock_timestamp()
         from generate_series(1, $2::int) as n`,
        [id, MANY, BYTES],
      );
    });

  /** Takes one chunk at each turn of the loop, once it is let; remembers how much waited for it at most. */
  function slowSink() {
    const taken: string[] = [];
    const letGo = Promise.withResolvers<void>();
    let most = 0;
    const out = new Writable({
      write(chunk, _encoding, done) {
        most = Math.max(most, out.writableLength);
        taken.push(String(chunk));
        void letGo.promise.then(() => setImmediate(done));
      },
    });
    return { out, taken, letGo: letGo.resolve, most: () => most };
  }

  it('I7: is sent everything in order, and never more is buffered for it than it can hold and one event', async () => {
    const run = await bigRun();
    const { out, taken, letGo, most } = slowSink();
    const ended = watchers.watchInto(out, run.id);
    await eventually(() => expect(taken).toHaveLength(1));
    // While it takes nothing, the run goes on to its end, and every entry is said aloud.
    for (const entry of await run.commitAll(TO_PASS)) say(run.id, entry);
    letGo();
    await ended;
    const events = Array.from({ length: FINAL }, (_, n) => n + 1);
    expect(brief(taken.join(''))).toEqual(['running', ...events, 'pass', 'end']);
    expect(most()).toBeLessThan(out.writableHighWaterMark + BYTES + 200);
    expect(MANY * BYTES).toBeGreaterThan(20 * most());
  });

  it('is given up after two minutes in which it took nothing', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const run = await bigRun();
    const { out, taken } = slowSink();
    watchers.clock.now = 0;
    const ended = watchers.watchInto(out, run.id);
    await eventually(() => expect(taken).toHaveLength(1));
    await eventually(() => expect(out.writableNeedDrain).toBe(true));
    watchers.clock.now = 120_000;
    vi.advanceTimersByTime(15_000);
    expect(out.destroyed).toBe(false);
    watchers.clock.now = 120_001;
    vi.advanceTimersByTime(15_000);
    expect(out.destroyed).toBe(true);
    await ended;
    vi.useRealTimers();
  });

  it('is sent nothing after the end, however late it takes it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const run = await watchers.startRun();
    await run.commitAll([CLAIM, LAUNCHED]);
    const { out, taken, letGo } = slowSink();
    const ended = watchers.watchInto(out, run.id);
    await eventually(() => expect(out.writableLength).toBeGreaterThan(0));
    say(run.id, ...(await run.commitAll(TO_PASS.slice(2))));
    await eventually(() => expect(out.writableEnded).toBe(true));
    vi.advanceTimersByTime(60_000);
    letGo();
    await ended;
    expect(brief(taken.join(''))).toEqual(WHOLE);
    vi.useRealTimers();
  });
});
