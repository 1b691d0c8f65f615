import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';

/** How far this browser's clock is ahead of the one that runs are timed by, ms, and when that was found, monotonic. */
let clock: { ahead: number; foundAt: number } | undefined;
/** Clocks are set, and computers sleep: after so long an answer is good again, however slow it was. */
const GOOD_MS = 60_000;

/** Notes the time of runs from an answer; the fastest answer of a minute is the most exact. */
export const noteTime = (at: string): void => {
  const [ahead, foundAt] = [Date.now() - Date.parse(at), performance.now()];
  if (!clock || ahead <= clock.ahead || foundAt - clock.foundAt > GOOD_MS) clock = { ahead, foundAt };
};

/** The time of runs, epoch ms; by default now. */
export const nowOfRuns = (ofBrowser = Date.now()): number => ofBrowser - (clock?.ahead ?? 0);

/**
 * The moment of everything that is shown, by the time of runs, epoch ms; undefined while that is now. In an outage all
 * clocks stand there, and what is shown is marked as old.
 */
export const shownAsOf = signal<number | undefined>(undefined);

/** The time of runs, as long as something on screen grows with it. */
export function useNow(everyMs: number, isGrowing = true): number {
  const stands = shownAsOf.value;
  const [now, setNow] = useState(nowOfRuns);
  const goes = isGrowing && stands === undefined;
  useEffect(() => {
    if (!goes) return;
    setNow(nowOfRuns());
    const timer = setInterval(() => setNow(nowOfRuns()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, goes]);
  return stands ?? now;
}
