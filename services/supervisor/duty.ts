import { type Loop, startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { Leadership } from './leading.ts';

/** Work that the leader does again and again. */
export interface Duty {
  everyMs: number;
  work(): Promise<unknown>;
  /** The log's words when a turn fails. */
  failure: string;
  /** The log's words when a turn succeeds again. A duty that has them reports a failure once until then. */
  recovery?: string;
  /** Another log than that of the other duties. */
  log?: Pick<Log, 'info' | 'warn'>;
  /** Runs in place of a turn while this process does not lead. */
  rest?(): void;
}

export interface DutyDeps {
  leadership: Pick<Leadership, 'isLeading' | 'onLead'>;
  log: Pick<Log, 'info' | 'warn'>;
  resources: AsyncDisposableStack;
}

/** Starts each duty in a loop of its own, so that one that is slow or fails delays no other (I14). */
export function startDuties<Name extends string>(
  duties: Readonly<Record<Name, Duty>>,
  deps: DutyDeps,
): Record<Name, Loop> {
  const started = Object.entries<Duty>(duties).map(([name, duty]) => {
    const loop = deps.resources.use(startDuty(duty, deps));
    deps.leadership.onLead(loop.wake);
    return [name, loop];
  });
  return Object.fromEntries(started) as Record<Name, Loop>;
}

function startDuty(duty: Duty, { leadership, ...deps }: DutyDeps): Loop {
  const { everyMs, work, failure, recovery, rest, log = deps.log } = duty;
  let failing = false;
  return startLoop(
    everyMs,
    async () => {
      if (!leadership.isLeading()) return rest?.();
      await work();
      if (failing && recovery !== undefined) log.info(recovery);
      failing = false;
    },
    (error) => {
      if (!failing || recovery === undefined) log.warn({ err: error }, failure);
      failing = true;
    },
  );
}
