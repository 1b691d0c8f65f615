/** A run that was found, and its place in the order of the pages, which go from the highest place down. */
interface Hit<Place> {
  id: string;
  place: Place;
}

/** What was found from a place on, down to another, which is the last one that was looked at; undefined: to the end. */
export interface SearchedPart<Place> {
  hits: readonly Hit<Place>[];
  reached: Place | undefined;
}

export interface Found<Place> {
  hits: readonly string[];
  /** The next page has what comes after this place. */
  next: Place | undefined;
}

/** Puts parts together. All of them are complete down to the highest of the places that they have reached. */
export function pageOf<Place extends number | string>(
  parts: readonly SearchedPart<Place>[],
  limit: number,
): Found<Place> {
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

const fromHighest = <Place extends number | string>(one: Place, other: Place): number =>
  one > other ? -1 : 1;
