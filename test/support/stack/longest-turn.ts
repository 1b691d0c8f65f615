import { threadMs } from '../thread-ms.ts';

/**
 * How long one turn of this process's event loop has taken at most while `work` was under way, ms: by the time that its
 * thread had a processor, so that whatever else the machine does counts for nothing.
 */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let last = threadMs();
  let longest = 0;
  let over = false;
  const turn = () => {
    const now = threadMs();
    longest = Math.max(longest, now - last);
    last = now;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  try {
    await work();
  } finally {
    over = true;
  }
  return longest;
}
