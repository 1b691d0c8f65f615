/** The middle of the samples; NaN of none. */
export function median(samples: number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A quarter of the samples are below it: what it costs where nothing else is in the way. NaN of none. */
export function quartile(samples: number[]): number {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 4)] ?? Number.NaN;
}

/** Wall-clock ms with fractions, comparable with the database's times on the same machine. */
export const wallNow = (): number => performance.timeOrigin + performance.now();

/** How long `work` takes, ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** One sample per round, one after the other. */
export async function sample(rounds: number, work: () => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) samples.push(await work());
  return samples;
}
