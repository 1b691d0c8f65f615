import { useEffect, useState } from 'preact/hooks';

/** How far this browser's clock is ahead of the one that runs are timed by, ms, as far as that is known. */
let ahead: number | undefined;

/** Told what the time of runs was a moment ago; the answer that came fastest knows best. */
export const noteTime = (at: string): void => {
  ahead = Math.min(Date.now() - Date.parse(at), ahead ?? Number.POSITIVE_INFINITY);
};

/** The time of runs, epoch ms. */
export const nowOfRuns = (): number => Date.now() - (ahead ?? 0);

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
