import { IconMark, type IconName } from '../../kit/icon.tsx';
import { type ChartEdge, labelWidths, labelWords } from './chart.ts';
import type { EdgeMark } from './marks.ts';

/** Signs for what became of a state's effect. */
export const SIGNS: Readonly<Record<string, IconName>> = {
  done: 'check',
  error: 'cross',
  late: 'clock',
  always: 'chevrons',
};
const SIGN_SIZE = 12.5;

export interface ArrowProps {
  edge: ChartEdge;
  /** Undefined if it was not taken. */
  mark: EdgeMark | undefined;
}

export function Arrow({ edge, mark }: ArrowProps) {
  return (
    <path
      class={mark ? 'arrow is-taken' : 'arrow'}
      data-edge-taken={mark ? edge.id : undefined}
      d={edge.path}
      marker-end={`url(#head${mark ? '-taken' : ''})`}
    />
  );
}

/** A line is thin for a pointer. */
export function ArrowGround({
  edge,
  onPoint,
}: {
  edge: ChartEdge;
  onPoint(edge: ChartEdge | undefined): void;
}) {
  return (
    <path
      class="arrow-ground"
      d={edge.path}
      onPointerEnter={() => onPoint(edge)}
      onPointerLeave={() => onPoint(undefined)}
    />
  );
}

export interface ArrowLabelProps extends ArrowProps {
  /** Names all events that lead along it, and not only those that did. */
  isWhole: boolean;
  title: string;
}

/** The names of its events, and signs, in one line around a point: those by which it was taken, or all of them. */
export function ArrowLabel({ edge, mark, isWhole, title }: ArrowLabelProps) {
  const isLit = (word: string) => mark?.lit.has(word) === true;
  const words = labelWords(edge).filter((word) => isWhole || isLit(word));
  if (words.length === 0) return null;
  const widths = labelWidths(words);
  const width = widths.reduce((sum, one) => sum + one, 0);
  const { x, y } = edge.label;
  let at = x - width / 2;
  return (
    <g class="arrow-label" data-label-of={edge.id}>
      <title>{title}</title>
      <rect class="arrow-label-ground" x={x - width / 2 - 2} y={y - 9} width={width + 4} height={18} rx={4} />
      {words.map((word, n) => {
        const middle = at + widths[n]! / 2;
        at += widths[n]!;
        const sign = SIGNS[word];
        return (
          <g key={word} class={isLit(word) ? 'arrow-word is-lit' : 'arrow-word'} data-word={word}>
            {sign ? (
              <IconMark name={sign} x={middle} y={y} size={SIGN_SIZE} />
            ) : (
              <text x={middle} y={y + 4.6} text-anchor="middle">
                {word}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
