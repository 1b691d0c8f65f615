/* The way of a run has each of its states in order, with its time, up to the moment. */
import { expect, it } from 'vitest';
import { wayOf } from '../../../../../../services/visualiser/app/run/way/way.ts';
import { CANCELLED_RUN, eventsOf, isoAt, momentOf, moved } from '../../../../../support/model/stored-run.ts';

const wayAt = (seq: number, events = CANCELLED_RUN) =>
  wayOf(momentOf(seq, events).visits).map(({ name, seq: from, ms }) => [name, from, ms]);

it('the way of a run is every stop in its order, with its time; the steps of the flow are one', () => {
  expect(wayAt(99)).toEqual([
    ['queued', 0, 10],
    ['launching', 1, 100],
    ['stepping', 2, 1_220],
    ['aborting', 10, 10],
    ['cleaning', 11, 100],
    ['closing', 14, 60],
    ['fail', 15, undefined],
  ]);
});

it('the way of a run ends where the run was at a moment, whose time goes on', () => {
  expect(wayAt(0)).toEqual([['queued', 0, undefined]]);
  expect(wayAt(8).at(-1)).toEqual(['stepping', 2, undefined]);
});

it('the way of a run goes through a state again that the run came back to', () => {
  const events = eventsOf([
    moved(10, 'running.queued', 'running.launching'),
    [30, 'requeued', { attempt: 2, at: isoAt(30) }],
    moved(30, 'running.launching', 'running.queued'),
    moved(50, 'running.queued', 'running.launching'),
  ]);
  expect(wayAt(9, events).map(([name]) => name)).toEqual(['queued', 'launching', 'queued', 'launching']);
});
