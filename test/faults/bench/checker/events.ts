import { isDeepStrictEqual } from 'node:util';
import { eventSchema } from '#shared/domain/events/events.ts';
import type { NatsEntry } from '../history.ts';
import { type Facts, isSame, ms, type Rule, type RunFacts, type Violation, violation } from './facts.ts';

/** I6: events 1 to n, one `run_end`, last; the final status is of that moment; all was published. */
export const storedEvents: Rule = ({ runs }) =>
  [...runs.values()].flatMap(({ row, events, changes, unpublished }) => {
    const say = (what: string, ...evidence: unknown[]) => violation('I6', what, row.id, ...evidence);
    const broken: Violation[] = [];
    if (events.some(({ seq }, n) => seq !== n + 1) || events.length !== row.last_seq)
      broken.push(
        say(
          'its events are not 1 to last_seq',
          row.last_seq,
          events.map(({ seq }) => seq),
        ),
      );
    const undescribed = events.filter((event) => !isDescribed(event));
    if (undescribed.length > 0) broken.push(say('its events are not as their schemas say', ...undescribed));
    if (row.finished_at === null) return broken;
    const ends = events.filter(({ type }) => type === 'run_end');
    const [end] = ends;
    if (!end || ends.length !== 1 || end !== events.at(-1))
      broken.push(say('not one run_end at the end', events.slice(-3)));
    else if (end.payload.status !== row.status || (end.payload.cancelled === true) !== row.cancelled)
      broken.push(say('its run_end says something else', end, row));
    const finals = changes.filter(({ status }) => status === 'pass' || status === 'fail');
    if (finals.length !== 1 || finals[0]!.status !== row.status || finals[0]!.after_seq !== row.last_seq)
      broken.push(say('its final status does not follow its last event', changes));
    if (unpublished.length > 0) broken.push(say('was not published to its end', ...unpublished));
    if (events.some(({ at }, n) => n > 0 && ms(at) < ms(events[n - 1]!.at)))
      broken.push(say('its events go back in time'));
    return broken;
  });

/** All that it says, in the form that its type says. */
function isDescribed({ type, seq, at, step_index, payload }: RunFacts['events'][number]): boolean {
  const event = {
    type,
    seq,
    at: new Date(ms(at)).toISOString(),
    payload,
    ...(step_index !== null && { stepIndex: step_index }),
  };
  const read = eventSchema.safeParse(event);
  return read.success && isDeepStrictEqual(read.data, event);
}

/** I6: an event by SSE or NATS is what is stored, under the same number. */
export const oneCursor: Rule = (facts) => [
  ...facts.streams.flatMap(({ runId, watcher, messages }) =>
    messages.flatMap((message) => {
      const { data, id } = message;
      if (data.kind !== 'assist')
        return id === undefined ? [] : [violation('I6', 'a status with an id', runId, message)];
      const stored = facts.runs.get(runId)?.events[(data.seq ?? 0) - 1];
      if (!stored)
        return [violation('I9', `watcher ${watcher} saw an event that is not stored`, runId, message)];
      return id === String(data.seq) && isSame(data, stored)
        ? []
        : [violation('I6', `watcher ${watcher} saw something else`, runId, message, stored)];
    }),
  ),
  ...facts.nats.flatMap((message) => judgeMessage(facts, message)),
];

function judgeMessage({ runs }: Facts, message: NatsEntry): Violation[] {
  const { data, id, subject } = message;
  const runId = data.runId ?? '';
  const run = runs.get(runId);
  const stored = run?.events[(data.seq ?? 0) - 1];
  if (!run) return [violation('I9', 'NATS has a run that is not stored', runId, message)];
  const expected = idOf(data, runId);
  const addressed = `ghostly.v1.events.${run.row.user_id}.${run.row.project_id}.${runId}.${data.type ?? data.kind}`;
  if (id !== expected || subject !== addressed)
    return [violation('I6', 'its NATS id or subject is wrong', runId, message)];
  if (data.kind !== 'assist') return [];
  if (!stored) return [violation('I9', 'NATS has an event that is not stored', runId, message)];
  return isSame(data, stored) ? [] : [violation('I6', 'NATS has something else', runId, message, stored)];
}

const idOf = (data: NatsEntry['data'], runId: string): string => {
  if (data.kind === 'assist') return `${runId}:${data.seq}`;
  return data.kind === 'end' ? `${runId}:end` : `${runId}:status:${data.status}`;
};

/**
 * I6: in order at each subscriber, once what is known is dropped; the stream of all events has them to the end. What
 * had been acknowledged when its store was wiped need not be there: a relay may say some of it again.
 */
export const natsOrder: Rule = (facts) => {
  const wiped = Math.max(0, ...facts.faults.filter(({ what }) => what === 'nats wipe').map(({ to }) => to));
  const bySubscriber = Map.groupBy(facts.nats, ({ by, data }) => `${by} ${data.runId}`);
  const broken = [...bySubscriber.values()].flatMap((heard) => judgeOrder(facts, heard, wiped));
  for (const run of facts.runs.values()) {
    const stored = bySubscriber.get(`stored ${run.row.id}`) ?? [];
    broken.push(...judgeWhole(run, stored, wiped));
  }
  return broken;
};

function judgeOrder({ runs }: Facts, heard: NatsEntry[], wiped: number): Violation[] {
  const { by, data } = heard[0]!;
  const run = runs.get(data.runId ?? '');
  const wasLeftOut = (from: number, to: number) =>
    run?.events.slice(from, to).some(({ at }) => ms(at) > wiped) ?? true;
  let last: number | undefined;
  for (const { data } of heard) {
    // Who was away has missed some; the stream of all events misses none between the first and the last that it has.
    if (by === 'stored' && data.kind === 'end' && last !== undefined && wasLeftOut(last, run!.row.last_seq))
      return [violation('I6', `${by}: the end before the last event`, data.runId, last)];
    if (data.seq === undefined || data.seq <= (last ?? 0)) continue;
    if (by === 'stored' && last !== undefined && wasLeftOut(last, data.seq - 1))
      return [violation('I6', `${by}: ${data.seq} after ${last}`, data.runId)];
    last = data.seq;
  }
  return [];
}

function judgeWhole({ row, events }: RunFacts, stored: NatsEntry[], wiped: number): Violation[] {
  if (row.finished_at === null) return [];
  const has = new Set(stored.map(({ id }) => id));
  const ended = ms(row.finished_at) > wiped ? [`${row.id}:status:${row.status}`, `${row.id}:end`] : [];
  const missing = [
    ...events.filter(({ at }) => ms(at) > wiped).map(({ seq }) => `${row.id}:${seq}`),
    ...ended,
  ].filter((id) => !has.has(id));
  return missing.length > 0 ? [violation('I6', 'the stream of all events lacks some', row.id, missing)] : [];
}
