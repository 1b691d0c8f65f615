/** A pod, and what its deletion costs: how many runs would have to be waited for. */
export interface PodCost {
  pod: string;
  cost: number;
}

/**
 * Which costs to tell Kubernetes next, at most `most`, the most important first: pods that it may take for idle although
 * they have runs, then those whose cost has changed the most. `sent`: the costs that it has.
 */
export function nextCosts(
  sent: ReadonlyMap<string, number>,
  now: readonly PodCost[],
  most: number,
): PodCost[] {
  const change = ({ pod, cost }: PodCost) => {
    const before = sent.get(pod) ?? 0;
    return before === 0 && cost > 0 ? Number.POSITIVE_INFINITY : Math.abs(cost - before);
  };
  return now
    .filter(({ pod, cost }) => sent.get(pod) !== cost)
    .map((next) => ({ next, change: change(next) }))
    .toSorted((a, b) => (a.change === b.change ? 0 : b.change - a.change))
    .slice(0, most)
    .map(({ next }) => next);
}
