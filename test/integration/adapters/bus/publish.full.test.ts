/* I6, I12, I13: the entries of a run are published once and in order, whatever the server does meanwhile. */
import { randomUUID } from 'node:crypto';
import { JSONCodec, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bus, CONNECTION, openBus } from '#shared/adapters/bus/bus.ts';
import { BusError } from '#shared/adapters/bus/errors.ts';
import { ensureEventStream } from '#shared/adapters/bus/event-stream.ts';
import { createEnsureAtTimes } from '#shared/adapters/bus/missing-stream.ts';
import { publishEntry } from '#shared/adapters/bus/publish-entry.ts';
import { EVENT_STREAM, subjects } from '#shared/adapters/bus/subjects.ts';
import type { EventType } from '#shared/domain/events/events.ts';
import type { StreamEntry, Watermark } from '#shared/domain/events/stream.ts';
import { createEntryPublisher } from '../../../../services/runner/run/entry-publisher.ts';
import { entryOf } from '../../../support/events.ts';
import { eventually } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { startTestNats, type TestNats } from '../../../support/servers/servers.ts';

const AT = '2026-01-02T03:04:05.000Z';
const event = (seq: number, type: EventType = 'transition') => entryOf(seq, type, AT);
const RUNNING: StreamEntry = { kind: 'status', status: 'running', at: AT };
const PASS: StreamEntry = { kind: 'status', status: 'pass', at: AT };
const END: StreamEntry = { kind: 'end', at: AT };

let nats: TestNats;
let bus: Bus;
beforeAll(async () => {
  nats = await startTestNats();
  bus = openBus({ url: nats.serviceUrl, name: 'test', log: quietLog() });
  await bus.opened();
});
afterAll(() => bus[Symbol.asyncDispose]());

const newRun = () => ({ userId: randomUUID(), projectId: randomUUID(), runId: randomUUID() });

/** What JetStream has of a run, in its order. */
async function stored(runId: string) {
  const manager = await (await bus[CONNECTION]()).jetstreamManager();
  const { state } = await manager.streams.info(EVENT_STREAM);
  const found = [];
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const { subject, header, data } = await manager.streams.getMessage(EVENT_STREAM, { seq });
    if (subject.includes(runId))
      found.push({
        subject,
        id: header.get('Nats-Msg-Id'),
        traceparent: header.get('traceparent'),
        data: JSONCodec().decode(data),
      });
  }
  return found;
}

describe('publishEntry', () => {
  it('I6: publishes an entry that is too large for NATS with its payload cut, and says so', async () => {
    const run = newRun();
    const payload = { status: 'fail', error: 'x'.repeat(2 ** 20) } as const;
    const huge: StreamEntry = { kind: 'assist', seq: 1, at: AT, type: 'run_end', payload };
    await publishEntry(bus, run, huge);
    expect(await stored(run.runId)).toMatchObject([
      { id: `${run.runId}:1`, data: { type: 'run_end', payload: { status: 'fail', truncated: true } } },
    ]);
  });

  it('says where in a trace a run is, if it is in one', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const [traced, other] = [newRun(), newRun()];
    await publishEntry(bus, { ...traced, traceparent }, RUNNING);
    await publishEntry(bus, other, RUNNING);
    expect(await stored(traced.runId)).toMatchObject([{ traceparent }]);
    expect(await stored(other.runId)).toMatchObject([{ traceparent: '' }]);
  });

  it('makes the stream if there is none, and says whose entry it is in subject, id and body', async () => {
    const run = newRun();
    for (const entry of [RUNNING, event(1, 'run_end'), PASS, END]) await publishEntry(bus, run, entry);
    const prefix = `ghostly.v1.events.${run.userId}.${run.projectId}.${run.runId}`;
    expect(await stored(run.runId)).toMatchObject([
      {
        subject: `${prefix}.status`,
        id: `${run.runId}:status:running`,
        data: { ...RUNNING, runId: run.runId },
      },
      {
        subject: `${prefix}.run_end`,
        id: `${run.runId}:1`,
        data: { ...event(1, 'run_end'), runId: run.runId },
      },
      { subject: `${prefix}.status`, id: `${run.runId}:status:pass`, data: { ...PASS, runId: run.runId } },
      { subject: `${prefix}.end`, id: `${run.runId}:end`, data: { ...END, runId: run.runId } },
    ]);
  });

  it('I12: is stored once, however often it is published', async () => {
    const run = newRun();
    for (const entry of [event(1), event(1), event(2), event(1)]) await publishEntry(bus, run, entry);
    expect((await stored(run.runId)).map(({ id }) => id)).toEqual([`${run.runId}:1`, `${run.runId}:2`]);
  });

  it('goes on after the stream was wiped together with the store', async () => {
    const run = newRun();
    await publishEntry(bus, run, event(1));
    await nats.stop();
    await nats.startAgain({ wiped: true });
    await eventually(() => expect(bus.connected).toBe(true));
    await eventually(() => publishEntry(bus, run, event(2)));
    expect((await stored(run.runId)).map(({ id }) => id)).toEqual([`${run.runId}:2`]);
    await ensureEventStream(bus);
  });

  describe('of looks at the stream by all that fail', () => {
    /** Questions about the stream while `work` is done. */
    async function looksDuring(work: (connection: NatsConnection) => Promise<unknown>): Promise<number> {
      const connection = await bus[CONNECTION]();
      let looks = 0;
      const asked = connection.subscribe(`$JS.API.STREAM.INFO.${EVENT_STREAM}`, {
        callback: () => {
          looks += 1;
        },
      });
      await connection.flush();
      await work(connection);
      await connection.flush();
      asked.unsubscribe();
      return looks;
    }
    const wipe = async (connection: NatsConnection) =>
      (await connection.jetstreamManager()).streams.delete(EVENT_STREAM);

    it('I13: makes one at a time, and another five seconds later', async () => {
      let now = 1_000;
      const ensure = createEnsureAtTimes(() => now);
      const looks = await looksDuring(async () => {
        const atOnce = () => Promise.all(Array.from({ length: 20 }, () => ensure(bus)));
        await atOnce();
        now += 4_999;
        await atOnce();
        now += 1;
        await atOnce();
      });
      expect(looks).toBe(2);
    });

    it('I13: makes one for many publications without a stream, and none for a late acknowledgement', async () => {
      await using other = openBus({ url: nats.serviceUrl, name: 'other', log: quietLog() });
      await other.opened();
      const runs = Array.from({ length: 20 }, newRun);
      const looks = await looksDuring(async (connection) => {
        await wipe(connection);
        await Promise.all(runs.map((run) => publishEntry(other, run, event(1))));
      });
      expect(looks).toBe(1);

      const run = newRun();
      const listening = bus.subscribe(subjects.event(run, '*'), () => undefined);
      await listening.ready;
      const late = await looksDuring(async (connection) => {
        await wipe(connection);
        await expect(publishEntry(other, run, event(1))).rejects.toMatchObject({ code: 'timeout' });
      });
      listening.stop();
      expect(late).toBe(0);
      await ensureEventStream(bus);
    });
  });

  it('fails while the server is away', async () => {
    await nats.stop();
    await eventually(() => expect(bus.connected).toBe(false));
    await expect(publishEntry(bus, newRun(), event(1))).rejects.toBeInstanceOf(BusError);
    await nats.startAgain();
    await eventually(() => expect(bus.connected).toBe(true));
  });
});

describe('the publisher of one run', () => {
  it('I6: publishes in the order it was given, each status once, and reports how far it came', async () => {
    const run = newRun();
    const marks: Watermark[] = [];
    const heard: unknown[] = [];
    const listening = bus.subscribe(subjects.event(run, '*'), (body) => heard.push(body));
    await listening.ready;
    const publisher = createEntryPublisher({ bus, run, onPublished: (mark) => marks.push(mark) });
    publisher.push([RUNNING]);
    publisher.push([event(1), RUNNING]);
    publisher.push([event(2), event(3, 'run_end'), PASS, END]);
    expect(await publisher.settled(5_000)).toBe(true);
    listening.stop();
    expect(heard).toEqual(
      [RUNNING, event(1), event(2), event(3, 'run_end'), PASS, END].map((entry) => ({
        ...entry,
        runId: run.runId,
      })),
    );
    expect(marks.at(-1)).toEqual({ seq: 3, rank: 4 });
  });

  it('holds everything back while the server is away, and publishes it in order when it is back', async () => {
    const run = newRun();
    const publisher = createEntryPublisher({ bus, run, onPublished: () => undefined });
    publisher.push([RUNNING, event(1)]);
    expect(await publisher.settled(5_000)).toBe(true);
    await nats.stop();
    await eventually(() => expect(bus.connected).toBe(false));
    publisher.push([event(2)]);
    publisher.push([event(3)]);
    expect(await publisher.settled(50)).toBe(false);
    await nats.startAgain();
    expect(await publisher.settled(10_000)).toBe(true);
    expect((await stored(run.runId)).map(({ id }) => id)).toEqual(
      ['status:running', '1', '2', '3'].map((id) => `${run.runId}:${id}`),
    );
  });

  it('I6: publishes first what another owner left, asking until it has an answer', async () => {
    const run = newRun();
    let asked = 0;
    const backlog = async () => {
      asked += 1;
      if (asked === 1) throw new Error('the database is away');
      return [event(1), event(2)];
    };
    const publisher = createEntryPublisher({ bus, run, backlog, onPublished: () => undefined });
    publisher.push([event(3)]);
    publisher.push([event(4)]);
    expect(await publisher.settled(5_000)).toBe(true);
    expect((await stored(run.runId)).map(({ id }) => id)).toEqual(
      ['1', '2', '3', '4'].map((id) => `${run.runId}:${id}`),
    );
    expect(asked).toBe(2);
    expect(publisher.mark.seq).toBe(4);
  });

  it('publishes nothing more once it was stopped', async () => {
    const run = newRun();
    const publisher = createEntryPublisher({ bus, run, onPublished: () => undefined });
    publisher.push([event(1)]);
    expect(await publisher.settled(5_000)).toBe(true);
    publisher.stop();
    publisher.push([event(2)]);
    await publishEntry(bus, run, event(3));
    expect((await stored(run.runId)).map(({ id }) => id)).toEqual([`${run.runId}:1`, `${run.runId}:3`]);
  });
});
