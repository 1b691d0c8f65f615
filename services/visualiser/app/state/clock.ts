import { useEffect, useState } from 'preact/hooks';

/** The time, epoch ms, as long as something on screen grows with it. */
export function useNow(everyMs: number, isGrowing = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isGrowing) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isGrowing]);
  return now;
}
