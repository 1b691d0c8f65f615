/* I7: a client that reconnects passes on each event once and in order, and a status only if it is news. */
import { expect, test } from 'vitest';
import { createEntryFilter } from '#shared/api/client/entry-filter.ts';
import type { StreamEntry } from '#shared/domain/events/entries.ts';
import type { EventType } from '#shared/domain/events/events.ts';
import type { Status } from '#shared/domain/run/status.ts';
import { entryOf } from '../../../support/events.ts';

const at = '2026-01-01T00:00:00.000Z';
const status = (value: Status): StreamEntry => ({ kind: 'status', status: value, at });
const event = (seq: number, type: EventType = 'transition') => entryOf(seq, type, at);
const end: StreamEntry = { kind: 'end', at };

/** What is let in of these connections, each as short text. */
const admitted = (...connections: StreamEntry[][]): string[] => {
  const filter = createEntryFilter();
  return connections.flatMap((entries) => {
    filter.connected();
    return entries
      .filter((entry) => filter.accept(entry))
      .map((entry) =>
        entry.kind === 'assist' ? String(entry.seq) : entry.kind === 'status' ? entry.status : entry.kind,
      );
  });
};

const WHOLE = ['running', '1', '2', '3', 'pass', 'end'];

test('I7: an unbroken stream is let in as it is', () => {
  expect(admitted([status('running'), event(1), event(2), event(3, 'run_end'), status('pass'), end])).toEqual(
    WHOLE,
  );
});

test('I7: the current status, the events and the final status of an ended run are let in', () => {
  expect(admitted([status('pass'), event(1), event(2, 'run_end'), status('pass'), end])).toEqual([
    'pass',
    '1',
    '2',
    'pass',
    'end',
  ]);
});

test.each<[string, StreamEntry[][]]>([
  [
    'the status of now',
    [
      [status('running'), event(1)],
      [status('running'), event(2), event(3, 'run_end'), status('pass'), end],
    ],
  ],
  [
    'events sent again',
    [
      [status('running'), event(1), event(2)],
      [status('running'), event(2), event(3, 'run_end'), status('pass'), end],
    ],
  ],
  [
    'a final status before its events',
    [
      [status('running'), event(1)],
      [status('pass'), event(2), event(3, 'run_end'), status('pass'), end],
    ],
  ],
  [
    'a final status before the rest of nothing',
    [
      [status('running'), event(1), event(2), event(3, 'run_end')],
      [status('pass'), status('pass'), end],
    ],
  ],
  [
    'a final status that came before the loss',
    [
      [status('running'), event(1), event(2), event(3, 'run_end'), status('pass')],
      [status('pass'), status('pass'), end],
    ],
  ],
  [
    'several losses at once',
    [
      [status('running')],
      [status('running')],
      [status('running'), event(1), event(2), event(3, 'run_end'), status('pass'), end],
    ],
  ],
])('I7: after a loss, %s brings nothing twice', (_, connections) => {
  expect(admitted(...connections)).toEqual(WHOLE);
});

test('a cancel that came during a loss is news', () => {
  expect(admitted([status('running'), event(1)], [status('cancelling'), event(2)])).toEqual([
    'running',
    '1',
    'cancelling',
    '2',
  ]);
});

test('the number to go on from is that of the last event', () => {
  const filter = createEntryFilter();
  expect([filter.begun, filter.lastSeq]).toEqual([false, 0]);
  for (const entry of [status('running'), event(1), event(2)]) filter.accept(entry);
  expect([filter.begun, filter.lastSeq]).toEqual([true, 2]);
});

test('I7: a watcher that has events already gets the later ones, and the status of now', () => {
  const filter = createEntryFilter(2);
  filter.connected();
  const offered = [status('running'), event(1), event(2), event(3)];
  expect(offered.filter((entry) => filter.accept(entry))).toEqual([status('running'), event(3)]);
});
