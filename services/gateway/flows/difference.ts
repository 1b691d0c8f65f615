/*
 * What is different between two values of JSON, by path, for people to read: a step that was put in front of others is one
 * that was added, and not a change of all of them. Pure and bounded.
 */

import { diffArrays } from 'diff';
import { isFields } from '#shared/platform/json/fields.ts';
import { createNumbering, type Numbering } from './numbering.ts';

type Path = (string | number)[];
export type FlowChange =
  | { kind: 'added'; path: Path; after: unknown }
  | { kind: 'removed'; path: Path; before: unknown }
  | { kind: 'changed'; path: Path; before: unknown; after: unknown };

/** Lists of which more items came or went are compared item by item. */
const MOST_EDITS = 200;

/** A place of a removed item is the one that it had before, all others are those of today. */
export function* changesBetween(
  before: unknown,
  after: unknown,
  path: Path = [],
  numberOf: Numbering = createNumbering(),
): Generator<FlowChange> {
  if (numberOf(before) === numberOf(after)) return;
  if (isList(before) && isList(after)) yield* changesOfLists(before, after, path, numberOf);
  else if (isFields(before) && isFields(after)) yield* changesOfObjects(before, after, path, numberOf);
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
  const parts = diffArrays([...left], [...right], { maxEditLength: MOST_EDITS }) ?? [];
  const places: [number, number][] = [];
  let [i, j] = [0, 0];
  for (const { added, removed, count } of parts)
    if (added) j += count;
    else if (removed) i += count;
    else for (let n = 0; n < count; n++) places.push([i++, j++]);
  return places;
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
