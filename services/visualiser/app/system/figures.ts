import type { System } from '#shared/api/contract/service/system.ts';

/** What the tiles and the charts say of now: the same numbers. */
export interface SystemFigures {
  waiting: number;
  /** Undefined if none waits. */
  oldestMs: number | undefined;
  /** Runners that are heard: the slots of others take nothing. */
  slots: number;
  busy: number;
  /** Runs on runners that are silent, or gone. */
  onSilent: number;
  onLost: number;
}

export function figuresOf({ now, queue, runners }: System): SystemFigures {
  const sum = (condition: System['runners'][number]['condition'], of: 'slots' | 'busy') =>
    runners.filter((runner) => runner.condition === condition).reduce((all, runner) => all + runner[of], 0);
  return {
    waiting: queue.length,
    oldestMs:
      queue.oldestAt === undefined ? undefined : Math.max(0, Date.parse(now) - Date.parse(queue.oldestAt)),
    slots: sum('alive', 'slots'),
    busy: sum('alive', 'busy'),
    onSilent: sum('silent', 'busy'),
    onLost: sum('gone', 'busy'),
  };
}
