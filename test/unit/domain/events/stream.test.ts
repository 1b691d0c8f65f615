/* I6, I7: a stream ends with `run_end`, the final status and `end`, and goes on where its reader was. */
import { describe, expect, it } from 'vitest';
import type { EventType } from '#shared/domain/events/events.ts';
import {
  type AssistEntry,
  entriesAfter,
  entriesOfCommit,
  mergeEntries,
  type StatusChange,
  type StreamEntry,
} from '#shared/domain/events/stream.ts';
import type { Status } from '#shared/domain/run/status.ts';
import { entryOf, WHOLE_EVENTS } from '../../../support/events.ts';

const AT = '2026-01-02T03:04:05.000Z';
const event = (seq: number, type: EventType = 'transition') => entryOf(seq, type, AT);
const events = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => event(from + n));
const change = (status: Status, afterSeq: number): StatusChange => ({ status, afterSeq, at: AT });

/** `3` for an event, `running` for a status, `end`. */
const brief = (entries: StreamEntry[]) =>
  entries.map((entry) =>
    entry.kind === 'assist' ? entry.seq : entry.kind === 'status' ? entry.status : 'end',
  );

describe('mergeEntries', () => {
  it.each<[string, AssistEntry[], StatusChange[], (number | string)[]]>([
    [
      'I6: puts run_end, the final status and end in this order, last',
      events(1, 3),
      [change('running', 0), change('pass', 3)],
      ['running', 1, 2, 3, 'pass', 'end'],
    ],
    [
      'puts a change after the event it followed',
      events(1, 4),
      [change('running', 0), change('cancelling', 2), change('fail', 4)],
      ['running', 1, 2, 'cancelling', 3, 4, 'fail', 'end'],
    ],
    [
      'takes changes in any order',
      events(1, 2),
      [change('fail', 2), change('cancelling', 2), change('running', 0)],
      ['running', 1, 2, 'cancelling', 'fail', 'end'],
    ],
    ['knows an open run without events', [], [change('running', 0)], ['running']],
    ['is empty for nothing', [], [], []],
  ])('%s', (_, given, changes, expected) => {
    expect(brief(mergeEntries(given, changes))).toEqual(expected);
  });
});

describe('entriesAfter', () => {
  const changes = [change('running', 0), change('cancelling', 2), change('fail', 5)];

  it.each<[string, number, AssistEntry[], { seq: number; rank: number }, (number | string)[]]>([
    [
      'gives everything to who has had nothing',
      5,
      events(1, 5),
      { seq: 0, rank: 0 },
      ['running', 1, 2, 'cancelling', 3, 4, 5, 'fail', 'end'],
    ],
    ['leaves out the statuses that were had', 5, events(3, 5), { seq: 2, rank: 2 }, [3, 4, 5, 'fail', 'end']],
    [
      'I6: keeps back the final status while a page ends before run_end',
      5,
      events(1, 3),
      { seq: 0, rank: 1 },
      [1, 2, 'cancelling', 3],
    ],
    ['I7: still gives the end to who has every event', 5, [], { seq: 5, rank: 2 }, ['fail', 'end']],
    ['gives a status that was missed in between', 5, [], { seq: 5, rank: 1 }, ['cancelling', 'fail', 'end']],
    ['gives nothing after the end', 5, [], { seq: 5, rank: 4 }, []],
  ])('%s', (_, lastSeq, page, mark, expected) => {
    expect(brief(entriesAfter({ lastSeq, events: page, changes }, mark))).toEqual(expected);
  });
});

describe('entriesOfCommit', () => {
  const at = new Date(AT);

  it('I6: numbers its events on from the first seq and gives all the time of the commit', () => {
    const stored = entriesOfCommit(
      [
        { type: 'step_success', stepIndex: 0, payload: { step: {} } },
        { type: 'run_end', payload: { status: 'pass' } },
      ],
      7,
      'pass',
      at,
    );
    expect(stored).toEqual([
      { kind: 'assist', type: 'step_success', seq: 7, at: AT, stepIndex: 0, payload: { step: {} } },
      { kind: 'assist', type: 'run_end', seq: 8, at: AT, payload: { status: 'pass' } },
      { kind: 'status', status: 'pass', at: AT },
      { kind: 'end', at: AT },
    ]);
  });

  it('tells the status of an open run without an end', () => {
    expect(brief(entriesOfCommit([WHOLE_EVENTS.transition], 1, 'cancelling', at))).toEqual([1, 'cancelling']);
  });
});
