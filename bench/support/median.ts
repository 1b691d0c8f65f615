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

/** The possible error of a median (95 %): 1.25 times that of a mean; computed from the spread of the middle half. */
export function errorOfMedian(samples: number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  const spread = (at(0.75) - at(0.25)) / 1.349;
  return (1.96 * 1.253 * spread) / Math.sqrt(sorted.length);
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
