/* I1, I6, I7: a watcher gets each event once and in order, whatever is lost, repeated or out of turn. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventType } from '#shared/domain/events/events.ts';
import { RANK, type StreamEntry } from '#shared/domain/events/stream.ts';
import type { Status } from '#shared/domain/run/status.ts';
import { createStreamCursor } from '../../../../services/gateway/stream/stream-cursor.ts';
import { entryOf } from '../../../support/events.ts';
import { type Commit, createModelRun, createModelWatcher } from '../../../support/model/stream-model.ts';

/** Any life of a run: some commits while it runs, perhaps some while it is cancelled, and the final one. */
const commits = fc
  .record({
    running: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 5 }),
    cancelling: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
    final: fc.integer({ min: 0, max: 3 }),
    passes: fc.boolean(),
  })
  .map(({ running, cancelling, final, passes }): Commit[] => [
    ...running.map((events): Commit => ({ events, status: 'running' })),
    ...cancelling.map((events): Commit => ({ events, status: 'cancelling' })),
    { events: final, status: passes && cancelling.length === 0 ? 'pass' : 'fail' },
  ]);

/** What may happen next; `hear` names any entry published so far: so they are dropped, repeated and out of turn. */
const happening = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ type: 'commit' as const }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('hear' as const), which: fc.nat(30) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('read' as const), limit: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'recordCancel' as const }) },
);
const lives = fc.record({
  commits,
  lastEventId: fc.oneof(fc.constant(0), fc.nat(25)),
  happenings: fc.array(happening, { maxLength: 60 }),
  page: fc.integer({ min: 1, max: 5 }),
});
type Life = typeof lives extends fc.Arbitrary<infer T> ? T : never;

/** Lets everything happen, then what is certain: the rest is committed, and the looks at the database get it. */
function live({ commits, lastEventId, happenings, page }: Life) {
  const run = createModelRun(commits);
  const watcher = createModelWatcher(run, lastEventId);
  for (const happening of happenings) {
    if (happening.type === 'commit') run.commit();
    else if (happening.type === 'recordCancel') run.recordCancel();
    else if (happening.type === 'read') watcher.readPage(happening.limit);
    else watcher.hear(run.published[happening.which % Math.max(1, run.published.length)]);
  }
  for (const _ of commits) run.commit();
  for (let reads = 0; !watcher.ended && reads <= run.lastSeq + 1; reads++) watcher.readPage(page);
  return { run, watcher, emitted: watcher.emitted };
}

const seqs = (entries: StreamEntry[]) =>
  entries.flatMap((entry) => (entry.kind === 'assist' ? [entry.seq] : []));
const statuses = (entries: StreamEntry[]) =>
  entries.flatMap((entry) => (entry.kind === 'status' ? [entry.status] : []));
const RUNS = { numRuns: 2_000 };

describe('the cursor of a watcher, whatever is lost, repeated or out of turn', () => {
  it('I7: emits each event after the last id once, in order, none missing', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const { run, watcher, emitted } = live(life);
        const after = watcher.startedAfter!;
        expect(seqs(emitted)).toEqual(Array.from({ length: run.lastSeq - after }, (_, n) => after + n + 1));
      }),
      RUNS,
    );
  });

  it('I6: ends with run_end, then the final status, then end, each once', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const { run, watcher, emitted } = live(life);
        const final = life.commits.at(-1)!.status;
        expect(emitted.slice(-2)).toMatchObject([{ kind: 'status', status: final }, { kind: 'end' }]);
        expect(emitted.filter(({ kind }) => kind === 'end')).toHaveLength(1);
        expect(statuses(emitted.slice(1)).filter((status) => status === final)).toHaveLength(1);
        const runEnds = emitted.filter((entry) => entry.kind === 'assist' && entry.type === 'run_end');
        expect(runEnds).toHaveLength(watcher.startedAfter! < run.lastSeq ? 1 : 0);
        if (runEnds[0]) expect(emitted.at(-3)).toBe(runEnds[0]);
      }),
      RUNS,
    );
  });

  it('I1: shows the status of the moment first, and then only ever a later one', () => {
    fc.assert(
      fc.property(lives, (life) => {
        const shown = statuses(live(life).emitted);
        expect(live(life).emitted[0]).toMatchObject({ kind: 'status' });
        // A final status comes again just before the end.
        const moves = RANK[shown[0]!] === RANK.pass ? shown.slice(1) : shown;
        const ranks = moves.map((status: Status) => RANK[status]);
        expect(ranks).toEqual([...new Set(ranks)].toSorted());
      }),
      RUNS,
    );
  });
});

describe('the cursor', () => {
  const event = (seq: number, type: EventType = 'transition') => entryOf(seq, type);
  const status = (status: Status): StreamEntry => ({ kind: 'status', status, at: '' });
  const END: StreamEntry = { kind: 'end', at: '' };

  it.each<[string, StreamEntry[], string[]]>([
    ['takes what comes next', [event(1), event(2)], ['emit', 'emit']],
    ['knows what it had', [event(1), event(1)], ['emit', 'known']],
    ['sees a gap, and does not move', [event(2), event(1)], ['gap', 'emit']],
    ['I6: holds a final status back until run_end', [event(1), status('fail')], ['emit', 'gap']],
    [
      'I6: leaves out a status that was missed before run_end',
      [event(1, 'run_end'), status('cancelling'), status('fail')],
      ['emit', 'known', 'emit'],
    ],
    [
      'I6: holds the end back until the final status',
      [event(1, 'run_end'), END, status('pass'), END],
      ['emit', 'gap', 'emit', 'emit'],
    ],
    [
      'takes nothing after the end',
      [event(1, 'run_end'), status('pass'), END, event(2)],
      ['emit', 'emit', 'emit', 'known'],
    ],
    ['never goes back in status', [status('cancelling'), status('running')], ['emit', 'known']],
  ])('%s', (_, entries, expected) => {
    const cursor = createStreamCursor(0);
    expect(entries.map((entry) => cursor.offer(entry))).toEqual(expected);
  });
});
