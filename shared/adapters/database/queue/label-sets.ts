/** The sets of labels that a run may ask for to fit a runner with these, each as PostgreSQL writes an array: all subsets. */
export function labelSetsOf(labels: readonly string[]): string[] {
  let sets: string[][] = [[]];
  for (const label of labels) sets = [...sets, ...sets.map((set) => [...set, label])];
  return sets.map((set) => `{${set.map((label) => `"${label}"`).join(',')}}`);
}
