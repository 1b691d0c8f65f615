/*
 * What is different between two values of JSON, by path, for people to read: a step that was put in front of others is one
 * that was added, and not a change of all of them. Pure and bounded.
 */
import { createNumbering, type Numbering } from './numbering.ts';

type Path = (string | number)[];
export type FlowChange =
  | { kind: 'added'; path: Path; after: unknown }
  | { kind: 'removed'; path: Path; before: unknown }
  | { kind: 'changed'; path: Path; before: unknown; after: unknown };

/** Lists with more pairs of items than this are compared item by item. */
const MOST_PAIRS = 10_000;

/** A place of a removed item is the one that it had before, all others are those of today. */
export function* changesBetween(
  before: unknown,
  after: unknown,
  path: Path = [],
  numberOf: Numbering = createNumbering(),
): Generator<FlowChange> {
  if (numberOf(before) === numberOf(after)) return;
  if (isList(before) && isList(after)) yield* changesOfLists(before, after, path, numberOf);
  else if (isObject(before) && isObject(after)) yield* changesOfObjects(before, after, path, numberOf);
  else yield { kind: 'changed', path, before, after };
}

function* changesOfObjects(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path: Path,
  numberOf: Numbering,
): Generator<FlowChange> {
  for (const [name, value] of Object.entries(before))
    if (Object.hasOwn(after, name)) yield* changesBetween(value, after[name], [...path, name], numberOf);
    else yield { kind: 'removed', path: [...path, name], before: value };
  for (const [name, value] of Object.entries(after))
    if (!Object.hasOwn(before, name)) yield { kind: 'added', path: [...path, name], after: value };
}

/** What stands between two items that both lists have is compared pair by pair; what is left over came or went. */
function* changesOfLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: Path,
  numberOf: Numbering,
): Generator<FlowChange> {
  let [left, right] = [0, 0];
  const same = sameItems(before.map(numberOf), after.map(numberOf));
  for (const [nextLeft, nextRight] of [...same, [before.length, after.length] as const]) {
    for (; left < nextLeft && right < nextRight; left++, right++)
      yield* changesBetween(before[left], after[right], [...path, right], numberOf);
    for (; left < nextLeft; left++) yield { kind: 'removed', path: [...path, left], before: before[left] };
    for (; right < nextRight; right++) yield { kind: 'added', path: [...path, right], after: after[right] };
    left = nextLeft + 1;
    right = nextRight + 1;
  }
}

/** The places of a longest common subsequence. */
function sameItems(left: readonly number[], right: readonly number[]): [number, number][] {
  if (left.length * right.length > MOST_PAIRS) return [];
  const longest = left.map(() => new Array<number>(right.length + 1).fill(0));
  longest.push(new Array<number>(right.length + 1).fill(0));
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      longest[i]![j] =
        left[i] === right[j]
          ? 1 + longest[i + 1]![j + 1]!
          : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!);
  const places: [number, number][] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length; )
    if (left[i] === right[j]) places.push([i++, j++]);
    else if (longest[i + 1]![j]! >= longest[i]![j + 1]!) i++;
    else j++;
  return places;
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
