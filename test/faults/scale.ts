/** What two slow cores may be late with, besides what is promised. */
export const SLACK_MS = 1_500;

/** Enough time for `count` rounds of `eachMs`, and something to start and end with. */
export const enoughFor = (count: number, eachMs: number): number => 60_000 + count * eachMs;

/** Does `work` for 0 to `count` - 1, `atOnce` of them at a time. */
export async function repeat(
  count: number,
  atOnce: number,
  work: (n: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
