const PARENT_POLL_MS = 250;

/**
 * npm forwards SIGTERM to the shell between it and us, which exits without forwarding it. So under npm, losing our parent
 * counts as a signal. Returns a function that stops watching.
 */
export const watchParent = (
  isUnderNpm: boolean,
  parentOf: () => number,
  onLost: () => void,
): (() => void) => {
  if (!isUnderNpm) return () => {};
  const parent = parentOf();
  const timer = setInterval(() => {
    if (parentOf() === parent) return;
    clearInterval(timer);
    onLost();
  }, PARENT_POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
};
