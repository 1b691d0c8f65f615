/**
 * The database's time, epoch ms, by the monotonic clock here: what the machines of all runners say can be compared, and
 * a clock that is set moves no deadline. `asked`: the monotonic time just before the statement that told `at`.
 */
export function databaseClock(at: Date, asked: number): () => number {
  const origin = at.getTime() - (asked + performance.now()) / 2;
  return () => Math.round(origin + performance.now());
}
