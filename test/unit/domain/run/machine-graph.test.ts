/* I1, I3, I5: from each state the machine comes to an end, and from `cancelling` to `fail` alone. */
import { describe, expect, it } from 'vitest';
import { runMachine } from '#shared/domain/run/machine.ts';
import { isUnowned, stateOf, statusOf } from '#shared/domain/run/snapshot.ts';
import { isFinal, STATUSES } from '#shared/domain/run/status.ts';
import { givenCareful } from '../../../support/model/machine-given.ts';
import { everyMove, explore, isTimePassing } from '../../../support/model/machine-world.ts';

describe('the run machine as a graph', () => {
  const paths = explore(givenCareful());

  it('reaches every state of its definition', () => {
    const reached = new Set(paths.map(({ snapshot }) => stateOf(snapshot)));
    const leaves = (node: typeof runMachine.root): string[] =>
      Object.values(node.states).flatMap((state) =>
        Object.keys(state.states).length ? leaves(state) : [state.path.join('.')],
      );
    expect([...reached, 'cancelling.stopped'].toSorted()).toEqual(leaves(runMachine.root).toSorted());
  });

  it('I1: has the statuses as its top states', () => {
    expect(Object.keys(runMachine.states)).toEqual([...STATUSES]);
  });

  it('I5: ends from wherever it is with a runner, though no effect ever answers', () => {
    const ending = new Set(paths.filter(({ snapshot }) => isFinal(statusOf(snapshot))));
    for (let known = 0; known < ending.size; ) {
      known = ending.size;
      for (const path of paths)
        if (path.moves.some(({ event, next }) => isTimePassing(event) && ending.has(next))) ending.add(path);
    }
    const stuck = paths.filter((path) => !isUnowned(path.snapshot) && !ending.has(path));
    expect(stuck.map(({ snapshot }) => stateOf(snapshot))).toEqual([]);
  });

  it('I1, I3: reaches only fail from cancelling, whatever happens', () => {
    const cancelling = paths.filter(({ snapshot }) => statusOf(snapshot) === 'cancelling');
    const reached = new Set(cancelling.flatMap(({ moves }) => moves.map(({ to }) => statusOf(to))));
    expect([...reached].toSorted()).toEqual(['cancelling', 'fail']);
  });

  it('I1: moves its status along the allowed ways only, and never out of a final one', () => {
    const moves = new Set(
      everyMove(givenCareful()).map(({ from, to }) => `${statusOf(from)}→${statusOf(to)}`),
    );
    const changes = [...moves].filter((move) => new Set(move.split('→')).size === 2);
    expect(changes.toSorted()).toEqual([
      'cancelling→fail',
      'running→cancelling',
      'running→fail',
      'running→pass',
    ]);
  });

  it('marks every fail that came through a cancel or the supervisor as cancelled', () => {
    for (const { snapshot, events } of paths.filter((path) => isFinal(statusOf(path.snapshot)))) {
      const stopped = events.some((event) => event.type === 'CANCEL' || event.type === 'STALE');
      expect(snapshot.context.cancel !== undefined).toBe(stopped);
    }
  });
});
