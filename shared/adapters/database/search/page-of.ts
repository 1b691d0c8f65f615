/** A run that was found, and its place in the order of the pages, which go from the highest place down. */
interface Hit<RunPlace> {
  id: string;
  place: RunPlace;
}

/** What was found from a place on, down to another, which is the last one that was looked at; undefined: to the end. */
export interface SearchedPart<RunPlace> {
  hits: readonly Hit<RunPlace>[];
  reached: RunPlace | undefined;
}

export interface Found<RunPlace> {
  hits: readonly string[];
  /** The next page has what comes after this place. */
  next: RunPlace | undefined;
}

/** Puts parts together. All of them are complete down to the highest of the places that they have reached. */
export function pageOf<RunPlace extends number | string>(
  parts: readonly SearchedPart<RunPlace>[],
  limit: number,
): Found<RunPlace> {
  const places = parts.map(({ reached }) => reached).filter((place) => place !== undefined);
  const [reached] = places.toSorted(fromHighest);
  const all = new Map(
    parts
      .flatMap(({ hits }) => hits)
      .filter(({ place }) => reached === undefined || place >= reached)
      .map((hit) => [hit.id, hit]),
  );
  const sorted = [...all.values()].toSorted((one, other) => fromHighest(one.place, other.place));
  const hits = sorted.slice(0, limit);
  return { hits: hits.map(({ id }) => id), next: sorted.length > limit ? hits.at(-1)!.place : reached };
}

const fromHighest = <RunPlace extends number | string>(one: RunPlace, other: RunPlace): number =>
  one > other ? -1 : 1;
