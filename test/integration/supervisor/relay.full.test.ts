/* I5, I6, I7: what no owner has published of a run is published once and in order, as far as it is there. */
import { JSONCodec } from 'nats';
import type { QueryResultRow as Row } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, CONNECTION, openBus } from '#shared/adapters/bus/bus.ts';
import { BusError } from '#shared/adapters/bus/errors.ts';
import { ensureEventStream } from '#shared/adapters/bus/event-stream.ts';
import { EVENT_STREAM, subjects } from '#shared/adapters/bus/subjects.ts';
import { markPublished } from '#shared/adapters/database/runs/publishing.ts';
import type { StreamEntry, Watermark } from '#shared/domain/events/stream.ts';
import { relay, relayNow } from '../../../services/supervisor/relay.ts';
import { MARK_OF } from '../../support/database/marks.ts';
import { CLAIM, LAUNCHED, TO_PASS } from '../../support/database/runs.ts';
import { eventually } from '../../support/eventually.ts';
import { keptLog, quietLog } from '../../support/log-lines.ts';
import { startTestNats, type TestNats } from '../../support/servers/servers.ts';
import { extendedOnly } from '../../support/share.ts';
import { useSupervisor } from './fixture.ts';

const supervisor = useSupervisor();
let nats: TestNats;
let bus: Bus;
beforeAll(async () => {
  nats = await startTestNats();
  bus = openBus({ url: nats.serviceUrl, name: 'relay', log: quietLog() });
  await ensureEventStream(bus);
});
afterAll(() => bus[Symbol.asyncDispose]());

const { log, lines } = keptLog();
const deps = () => ({ sql: supervisor.sql, bus, log, stopping: new AbortController().signal });
const markOf = async (id: string) => (await supervisor.sql.row<Watermark & Row>(MARK_OF, [id]))!;

/** The message ids that JetStream has of a run, without its id, in its order; each message names the run itself. */
async function published(runId: string): Promise<string[]> {
  const manager = await (await bus[CONNECTION]()).jetstreamManager();
  const { state } = await manager.streams.info(EVENT_STREAM);
  const ids: string[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const { subject, header, data } = await manager.streams.getMessage(EVENT_STREAM, { seq });
    if (!subject.includes(runId)) continue;
    expect(JSONCodec<{ runId: string }>().decode(data).runId).toBe(runId);
    ids.push(header.get('Nats-Msg-Id').replace(`${runId}:`, ''));
  }
  return ids;
}
/** A bus on which nothing can be published of this run. */
async function refusingBus(runId: string): Promise<Bus> {
  const connection = await bus[CONNECTION]();
  const stream = connection.jetstream();
  const publish: typeof stream.publish = (subject, ...rest) =>
    subject.includes(runId) ? Promise.reject(new Error('refused')) : stream.publish(subject, ...rest);
  const refusing = Object.assign(Object.create(connection) as typeof connection, {
    jetstream: () => Object.assign(Object.create(stream) as typeof stream, { publish }),
  });
  return Object.assign(Object.create(bus) as Bus, { [CONNECTION]: async () => refusing });
}
/** Ids of more queued runs than the relay loads at once, oldest first. */
async function queueMoreThanAPage(): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < 105; n++) ids.push((await supervisor.queue()).id);
  return ids;
}
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `${from + n}`);

describe('the relay', () => {
  it('I6: publishes what nobody else does, in order, with message ids, and raises the watermark', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.finalise(run.id, false);
    const { lastSeq } = await supervisor.log(run.id);
    await relay(deps());
    expect(await published(run.id)).toEqual(['status:running', ...range(1, lastSeq), 'status:fail', 'end']);
    expect(await markOf(run.id)).toEqual({ seq: lastSeq, rank: 4 });
  });

  it('tells the watchers at once, with one message', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.finalise(run.id, false);
    const heard: StreamEntry[][] = [];
    const listening = bus.subscribe(subjects.live(run.id), (body) => heard.push(body as StreamEntry[]));
    await listening.ready;
    await relayNow(deps(), run.id);
    await eventually(() => expect(heard).toHaveLength(1));
    listening.stop();
    expect(heard[0]!.at(-1)).toMatchObject({ kind: 'end' });
  });

  it('begins with no further run once its supervisor leaves', async () => {
    const ids = await queueMoreThanAPage();
    const waiting = async () => (await Promise.all(ids.map(markOf))).filter(({ rank }) => rank === 0).length;
    await relay({ ...deps(), stopping: AbortSignal.abort() });
    expect(await waiting()).toBe(ids.length);
    await relay(deps());
    expect(await waiting()).toBe(0);
  });

  it('leaves the entries of a live owner to it, and those of a run that has just ended', async () => {
    const [live, over] = [await supervisor.claimed([CLAIM]), await supervisor.claimed(TO_PASS)];
    await relay(deps());
    expect(await published(live.id)).toEqual([]);
    expect(await published(over.id)).toEqual([]);
    await relayNow(deps(), over.id);
    expect(await published(over.id)).toEqual([
      'status:running',
      ...range(1, over.lastSeq),
      'status:pass',
      'end',
    ]);
  });

  it('takes a final run of a live owner that did not get to it for two seconds', async () => {
    const run = await supervisor.claimed(TO_PASS);
    await eventually(async () => {
      await relay(deps());
      expect(await markOf(run.id)).toEqual({ seq: run.lastSeq, rank: 4 });
    });
    const [timing] = await supervisor.sql.rows<{ late: boolean }>(
      `select finished_at < clock_timestamp() - interval '2 s' as late from runs where id = $1`,
      [run.id],
    );
    expect(timing).toEqual({ late: true });
  });

  it('I12: goes on after the watermark, and publishes nothing again', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await markPublished(supervisor.sql, { runId: run.id, seq: 1, rank: 1 });
    await relay(deps());
    await relay(deps());
    expect(await published(run.id)).toEqual(range(2, run.lastSeq));
    await supervisor.finalise(run.id, false);
    await relay(deps());
    const { lastSeq } = await supervisor.log(run.id);
    expect(await published(run.id)).toEqual([...range(2, lastSeq), 'status:fail', 'end']);
  });

  it.each([
    ['at its end', 'seq >= 3', [1, 2]],
    ['in its middle', 'seq = 2', [1, 3, 4, 5, 6, 7]],
  ])(
    'publishes what there is of a run with a hole %s, says so once, and goes on with others',
    async (_, gone, kept) => {
      const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
      await supervisor.finalise(run.id, false);
      const { lastSeq } = await supervisor.log(run.id);
      await supervisor.sql.rows(`delete from events where run_id = $1 and ${gone}`, [run.id]);
      const other = await supervisor.orphaned([CLAIM, LAUNCHED]);
      await supervisor.finalise(other.id, false);
      await relay(deps());
      await relay(deps());
      const seqs = kept.filter((seq) => seq <= lastSeq).map(String);
      expect(await published(run.id)).toEqual(['status:running', ...seqs, 'status:fail', 'end']);
      expect((await published(other.id)).at(-1)).toBe('end');
      expect(lines.filter((line) => line.includes(run.id) && line.includes('missing'))).toHaveLength(1);
    },
  );

  it('says what is missing of a run only once NATS has what comes after it', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.finalise(run.id, false);
    await supervisor.sql.rows('delete from events where run_id = $1 and seq = 2', [run.id]);
    const reported = () => lines.filter((line) => line.includes(run.id) && line.includes('missing'));
    const refusing = await refusingBus(run.id);
    await expect(relay({ ...deps(), bus: refusing })).rejects.toThrow(BusError);
    await expect(relay({ ...deps(), bus: refusing })).rejects.toThrow(BusError);
    expect(reported()).toEqual([]);
    await relay(deps());
    expect(reported()).toHaveLength(1);
  });

  it('I7: publishes the end of a run whose final status is in its row alone, and says so once', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.finalise(run.id, false);
    await supervisor.sql.rows(`delete from status_changes where run_id = $1 and status = 'fail'`, [run.id]);
    await relay(deps());
    await relay(deps());
    expect((await published(run.id)).slice(-2)).toEqual(['status:fail', 'end']);
    expect(await supervisor.sql.rows('select from unpublished')).toEqual([]);
    expect(lines.filter((line) => line.includes(run.id) && line.includes('missing'))).toHaveLength(1);
  });

  it('forgets what is left of a run that is gone', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    const other = await supervisor.queue();
    await supervisor.finalise(run.id, false);
    await supervisor.sql.rows('delete from runs where id = $1', [run.id]);
    await relay(deps());
    expect(await supervisor.sql.rows('select from unpublished')).toEqual([]);
    expect(await published(other.id)).toEqual(['status:running']);
  });

  it('says that a queued run is running', async () => {
    const { id } = await supervisor.queue();
    await relay(deps());
    expect(await published(id)).toEqual(['status:running']);
    expect(await markOf(id)).toEqual({ seq: 0, rank: 1 });
  });

  it('I6: two of them at once publish each entry once', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.finalise(run.id, false);
    const { lastSeq } = await supervisor.log(run.id);
    await Promise.all([relay(deps()), relay(deps())]);
    const ids = await published(run.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(['status:running', ...range(1, lastSeq), 'status:fail', 'end']);
  });

  it('I5: publishes what others have, though one run cannot be published, and says so at the end', async () => {
    const bad = await supervisor.orphaned([CLAIM, LAUNCHED]);
    const good = await supervisor.orphaned([CLAIM, LAUNCHED]);
    const refusing = await refusingBus(bad.id);
    await expect(relay({ ...deps(), bus: refusing })).rejects.toBeInstanceOf(BusError);
    expect(await published(good.id)).toEqual(['status:running', ...range(1, good.lastSeq)]);
    expect(await markOf(bad.id)).toEqual({ seq: 0, rank: 0 });
    await relay(deps());
  });

  extendedOnly(() => {
    it('I5: goes on to the next page, though a run of this one cannot be published', async () => {
      const [bad, ...good] = await queueMoreThanAPage();
      const refusing = await refusingBus(bad!);
      await expect(relay({ ...deps(), bus: refusing })).rejects.toBeInstanceOf(BusError);
      const marks = await Promise.all(good.map(markOf));
      expect(marks.filter(({ rank }) => rank === 0)).toEqual([]);
      expect(await markOf(bad!)).toEqual({ seq: 0, rank: 0 });
      await relay(deps());
    });

    it('comes to an end if NATS goes away between two runs', async () => {
      await queueMoreThanAPage();
      let asked = 0;
      const leaving: Bus = Object.create(bus, { connected: { get: () => asked++ === 0 } });
      await relay({ ...deps(), bus: leaving });
      await relay(deps());
    });
  });

  it('makes a wiped stream anew, and does not publish again what had been acknowledged', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await relay(deps());
    await nats.stop();
    await nats.startAgain({ wiped: true });
    await eventually(() => expect(bus.connected).toBe(true));
    await supervisor.finalise(run.id, false);
    await eventually(() => relay(deps()));
    const { lastSeq } = await supervisor.log(run.id);
    expect(await published(run.id)).toEqual([...range(run.lastSeq + 1, lastSeq), 'status:fail', 'end']);
  });

  it('does nothing while NATS is away, and loses nothing by it', async () => {
    const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
    await supervisor.finalise(run.id, false);
    await nats.stop();
    await eventually(() => expect(bus.connected).toBe(false));
    await relay(deps());
    await relayNow(deps(), run.id);
    expect(await markOf(run.id)).toEqual({ seq: 0, rank: 0 });
    await nats.startAgain();
    await eventually(() => expect(bus.connected).toBe(true));
    await eventually(() => relay(deps()));
    expect(await markOf(run.id)).toMatchObject({ rank: 4 });
  });

  extendedOnly(() => {
    it('fails, and marks nothing, if NATS goes away while it publishes', async () => {
      const run = await supervisor.orphaned([CLAIM, LAUNCHED]);
      await supervisor.finalise(run.id, false);
      const breaking: Bus = Object.assign(Object.create(bus) as Bus, {
        [CONNECTION]: async () => {
          await nats.stop();
          return bus[CONNECTION]();
        },
      });
      await expect(relay({ ...deps(), bus: breaking })).rejects.toBeInstanceOf(BusError);
      expect(await markOf(run.id)).toEqual({ seq: 0, rank: 0 });
      await nats.startAgain();
    });
  });
});
