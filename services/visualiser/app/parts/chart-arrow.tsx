import { type ChartEdge, labelWidths, wordsOf } from '../model/chart.ts';
import { IconMark, type IconName } from './icon.tsx';

/** Signs for what became of a state's effect. */
export const SIGNS: Readonly<Record<string, IconName>> = {
  done: 'check',
  error: 'cross',
  late: 'clock',
  always: 'chevrons',
};
const SIGN_SIZE = 11.5;

export function Arrow({ edge, taken }: { edge: ChartEdge; taken: number }) {
  return (
    <path
      class={taken > 0 ? 'arrow is-taken' : 'arrow'}
      d={edge.path}
      marker-end={`url(#head${taken > 0 ? '-taken' : ''})`}
    />
  );
}

/** The names of its events, and signs, in one line around a point. */
export function ArrowLabel({ edge, taken, title }: { edge: ChartEdge; taken: number; title: string }) {
  const words = wordsOf(edge);
  const widths = labelWidths(words);
  const width = widths.reduce((sum, one) => sum + one, 0);
  const { x, y } = edge.label;
  let at = x - width / 2;
  return (
    <g class={taken > 0 ? 'arrow-label is-taken' : 'arrow-label'}>
      <title>{title}</title>
      <rect class="arrow-label-ground" x={x - width / 2 - 2} y={y - 8} width={width + 4} height={16} rx={3} />
      {words.map((word, n) => {
        const middle = at + widths[n]! / 2;
        at += widths[n]!;
        const sign = SIGNS[word];
        return sign ? (
          <IconMark key={word} name={sign} x={middle} y={y} size={SIGN_SIZE} />
        ) : (
          <text key={word} x={middle} y={y + 4.2} text-anchor="middle">
            {word}
          </text>
        );
      })}
    </g>
  );
}
