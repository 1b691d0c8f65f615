import type { SharedBrowser } from './shared-browser.ts';

export interface IdleOptions {
  alive: ReadonlySet<SharedBrowser>;
  /** Above this number, idle browsers are closed, the longest idle first. */
  most: number;
  /** How long an idle browser is kept, ms; undefined: it is not closed for being idle. */
  idleMs: number | undefined;
  /** Whether it is ready for a project that has none yet. */
  isSpare(shared: SharedBrowser): boolean;
}

export interface IdleBrowsers {
  /** Another browser is about to be started. */
  makeRoom(): void;
  /** A browser has become idle. */
  arm(): void;
  stop(): void;
}

/**
 * Owns which idle browsers are retired, and when. One idle browser is always kept, so that the next run need not wait for
 * a launch.
 */
export function createIdleBrowsers({ alive, most, idleMs, isSpare }: IdleOptions): IdleBrowsers {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const idle = () =>
    [...alive]
      .filter((shared) => shared.contexts === 0 && !shared.retired)
      .toSorted((a, b) => a.idleSince - b.idleSince);

  const arm = () => {
    if (stopped || idleMs === undefined) return;
    clearTimeout(timer);
    timer = setTimeout(() => closeIdle(idleMs), idleMs);
  };

  const closeIdle = (ms: number) => {
    const now = performance.now();
    const found = idle();
    const kept = found.findLast(isSpare) ?? found.at(-1);
    for (const shared of found) if (shared !== kept && now - shared.idleSince >= ms) shared.retire();
    if (idle().length > 1) arm();
  };

  return {
    makeRoom() {
      const tooMany = alive.size + 1 - most;
      for (const shared of idle().slice(0, Math.max(0, tooMany))) shared.retire();
    },
    arm,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
