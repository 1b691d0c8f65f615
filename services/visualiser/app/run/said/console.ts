/* What a page said over all steps of a run, as the console lists it. Pure. */
import type { Said, SaidKind } from '#shared/domain/events/said.ts';
import type { Point, StepSpan } from '#shared/domain/story/history.ts';
import { isNotable } from '#shared/domain/story/notable.ts';

export interface SaidLine {
  said: Said & Point;
  step: StepSpan;
}

/** What is shown: everything, what may be why a step did not get on, or a kind. */
export type SaidFilter = 'all' | 'notable' | SaidKind;

export const linesOf = (steps: readonly StepSpan[]): SaidLine[] =>
  steps.flatMap((step) => (step.said ?? []).map((said) => ({ said, step })));

/** What the lines can be filtered by, each with how many it leaves. */
export function saidFilters(lines: readonly SaidLine[]): { filter: SaidFilter; count: number }[] {
  const kinds = Map.groupBy(lines, ({ said }) => said.kind);
  const notable = lines.filter(({ said }) => isNotable(said)).length;
  return [
    { filter: 'all', count: lines.length },
    ...(notable > 0 && notable < lines.length ? [{ filter: 'notable' as const, count: notable }] : []),
    ...(kinds.size > 1 ? [...kinds].map(([filter, own]) => ({ filter, count: own.length })) : []),
  ];
}

export const passes = ({ said }: SaidLine, filter: SaidFilter): boolean =>
  filter === 'all' || (filter === 'notable' ? isNotable(said) : said.kind === filter);
