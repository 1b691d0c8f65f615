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

/** The time of runs, epoch ms. */
export const nowOfRuns = (): number => Date.now() - (clock?.ahead ?? 0);

/** The same, as long as something on screen grows with it. */
export function useNow(everyMs: number, isGrowing = true): number {
  const [now, setNow] = useState(nowOfRuns);
  useEffect(() => {
    if (!isGrowing) return;
    setNow(nowOfRuns());
    const timer = setInterval(() => setNow(nowOfRuns()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isGrowing]);
  return now;
}
