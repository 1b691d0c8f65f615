import type { Cause } from '#shared/domain/run/cause.ts';
import type { VisitCause } from '#shared/domain/story/history.ts';

/** The run machine as it is drawn: laid out by the build, in the units of the drawing. */
export interface Chart {
  width: number;
  height: number;
  nodes: ChartNode[];
  edges: ChartEdge[];
}

export interface ChartPoint {
  x: number;
  y: number;
}

/** A state; `x`, `y` is its upper left corner. Boxes come before what is in them. */
export interface ChartNode extends ChartPoint {
  /** Its path, e.g. `running.stepping.acting`. */
  id: string;
  /** The last part of it. */
  name: string;
  kind: 'box' | 'state' | 'final';
  width: number;
  height: number;
}

/** What leads from a state to another. `always`: at once, when it is entered and a guard holds. */
export interface ChartCause {
  kind: 'event' | 'done' | 'error' | 'late' | 'always';
  /** The name of the event, or of the effect that ends. */
  name: string;
  guard?: string;
  /** The effect ends, and what it ends with is that a step has failed. */
  failed?: true;
}

/** An arrow; `from` may be a box, whose states all have it. */
export interface ChartEdge {
  id: string;
  from: string;
  to: string;
  causes: ChartCause[];
  /** The path in SVG's syntax. */
  path: string;
  label: ChartPoint;
}

const wordOf = ({ kind, name, failed }: ChartCause): string =>
  kind === 'event' ? name : failed ? 'error' : kind;

/** The size of the smallest letters of the drawing, in its units. */
const SMALLEST_LETTERS = 14;
const LEGIBLE_PX = 12;

/** The first of some charts whose letters are large enough at so many px; undefined if there is no room for any. */
export const legibleChart = (charts: readonly Chart[], px: number): Chart | undefined =>
  charts.find(({ width }) => SMALLEST_LETTERS * (px / width) >= LEGIBLE_PX);

/** The words of an arrow's label, each once: the names of events, and what became of the state's effect. */
export const labelWords = ({ causes }: Pick<ChartEdge, 'causes'>): string[] => [
  ...new Set(causes.map(wordOf)),
];

/** What became of an effect is a small sign; the names of events are written out. */
const SIGN_WIDTH = 14;
const LETTER_WIDTH = 8.2;
const WORD_GAP = 8;

/** How much room each word of a label takes, in the units of the drawing. */
export const labelWidths = (words: readonly string[]): number[] =>
  words.map((word) =>
    /^(done|error|late|always)$/.test(word) ? SIGN_WIDTH : word.length * LETTER_WIDTH + WORD_GAP,
  );

const causedBy = ({ causes }: ChartEdge, cause: Cause | undefined): ChartCause[] =>
  causes.filter(({ kind, name }) => kind === cause?.kind && name === cause.name);
const isCausedBy = (edge: ChartEdge, cause: Cause | undefined): boolean => causedBy(edge, cause).length > 0;

/**
 * The word of an arrow's label that a cause lights; of an arrow with one word that one, whatever caused it. `isPassing`:
 * the arrow leads on from a state that was passed without a rest.
 */
export function litWordOf(
  edge: ChartEdge,
  cause: VisitCause | undefined,
  isPassing = false,
): string | undefined {
  const words = labelWords(edge);
  if (isPassing) return words.find((word) => word === 'always');
  const possible = causedBy(edge, cause);
  const found = possible.find(({ failed }) => failed === cause?.failed) ?? possible[0];
  if (found) return wordOf(found);
  return words.length === 1 ? words[0] : undefined;
}

const isWithin = (state: string, outer: string): boolean => state === outer || state.startsWith(`${outer}.`);

/**
 * The arrows that a run went along from one state to the next: one, or several where it passed a state without resting
 * there. What caused it decides between several. None if the chart knows no way.
 */
export function edgesBetween(
  { edges }: Pick<Chart, 'edges'>,
  from: string,
  to: string,
  cause?: Cause,
): ChartEdge[] {
  const leaving = edges
    .filter((edge) => isWithin(from, edge.from))
    .toSorted((a, b) => b.from.length - a.from.length)
    // A box around the state may have the arrow that this very cause leads along.
    .toSorted((a, b) => Number(isCausedBy(b, cause)) - Number(isCausedBy(a, cause)));
  const direct = leaving.find((edge) => edge.to === to);
  if (direct) return [direct];
  for (const first of leaving) {
    const second = edges.find(
      (edge) => edge.from === first.to && edge.to === to && edge.causes.some(({ kind }) => kind === 'always'),
    );
    if (second) return [first, second];
  }
  return [];
}
