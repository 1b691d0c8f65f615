import type { ChartNode } from './chart.ts';

const DIRECTIONS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** What lies aside counts more than what lies ahead. */
const ASIDE = 2;

/** The state that a key leads to from another, by where they are drawn; undefined if the key leads nowhere. */
export function stateByKey(nodes: readonly ChartNode[], from: string, key: string): string | undefined {
  const states = nodes.filter(({ kind }) => kind !== 'box');
  if (key === 'Home') return states[0]?.id;
  if (key === 'End') return states.at(-1)?.id;
  const direction = DIRECTIONS[key];
  const here = states.find(({ id }) => id === from);
  if (!direction || !here) return undefined;
  const [x, y] = direction;
  const ways = states.flatMap(({ id, ...there }) => {
    const [right, down] = [middleOf(there).x - middleOf(here).x, middleOf(there).y - middleOf(here).y];
    const ahead = right * x + down * y;
    const aside = Math.abs(right * y) + Math.abs(down * x);
    // What lies more aside than ahead is for another key.
    return ahead > 1 && aside <= ahead * ASIDE ? [{ id, far: ahead + aside * ASIDE }] : [];
  });
  return ways.toSorted((a, b) => a.far - b.far)[0]?.id;
}

const middleOf = ({ x, y, width, height }: Pick<ChartNode, 'x' | 'y' | 'width' | 'height'>) => ({
  x: x + width / 2,
  y: y + height / 2,
});
