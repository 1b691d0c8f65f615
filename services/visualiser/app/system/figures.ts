import type { System } from '#shared/api/contract/service/system.ts';

/** What the tiles and the charts say of now: the same numbers. */
export interface SystemFigures {
  waiting: number;
  /** Undefined if none waits. */
  oldestMs: number | undefined;
  /** Those of runners that take runs, if only once a slot is free: the slots of others take nothing. */
  slots: number;
  busy: number;
  /** Runs on runners that are silent, or gone. */
  onSilent: number;
  onLost: number;
}

type Runner = System['runners'][number];

export function figuresOf({ now, queue, runners }: System): SystemFigures {
  const sum = (of: 'slots' | 'busy', which: (runner: Runner) => boolean) =>
    runners.filter(which).reduce((all, runner) => all + runner[of], 0);
  const takes = ({ condition, takesRuns = true }: Runner) => condition === 'alive' && takesRuns;
  return {
    waiting: queue.length,
    oldestMs:
      queue.oldestAt === undefined ? undefined : Math.max(0, Date.parse(now) - Date.parse(queue.oldestAt)),
    slots: sum('slots', takes),
    busy: sum('busy', takes),
    onSilent: sum('busy', ({ condition }) => condition === 'silent'),
    onLost: sum('busy', ({ condition }) => condition === 'gone'),
  };
}
