import { useEffect, useRef, useState } from 'preact/hooks';
import type { Moment } from '#shared/domain/story/moment.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { useNow } from '../../kit/clock.ts';
import { Icon } from '../../kit/icon.tsx';
import { text } from '../../text/text.ts';
import { useWidth } from '../width.ts';
import { type Chart, type ChartCause, type ChartEdge, type ChartNode, legibleChart } from './chart.ts';
import { Arrow, ArrowGround, ArrowLabel, SIGNS } from './chart-arrow.tsx';
import { stateByKey } from './chart-keys.ts';
import { ChartOutline } from './chart-outline.tsx';
import { State } from './chart-state.tsx';
import { CHART, TALL_CHART } from './charts.ts';
import { type EdgeMark, latestEdges, type Marks, marksOf, type NodeMark } from './marks.ts';
import { stateText } from './state-text.ts';
import { stateWords } from './words.ts';

export interface StateChartProps {
  moment: Moment;
  /** The moment is now: times grow. */
  isLive: boolean;
  tone: string;
  onChoose(state: string): void;
}

const TICK_MS = 200;
/** The drawing's padding, px. */
const BESIDE = 12;

/** The machine as the build has laid it out, with what the run did in it up to a moment. */
export function StateChart({ moment, isLive, tone, onChoose }: StateChartProps) {
  const { run } = text.value;
  const isGrowing = isLive && !moment.outcome;
  const clock = useNow(TICK_MS, isGrowing);
  const now = isGrowing ? Math.max(clock, moment.at) : moment.at;
  const marks = marksOf(CHART, moment, now);
  const figure = useRef<HTMLElement>(null);
  const width = useWidth(figure) - 2 * BESIDE;
  const chart = legibleChart([CHART, TALL_CHART], width);
  return (
    <figure class={isLive ? 'chart' : 'chart is-past'} aria-label={run.chart} ref={figure}>
      {chart ? (
        <>
          <Drawing chart={chart} moment={moment} marks={marks} tone={tone} onChoose={onChoose} />
          <Legend />
        </>
      ) : (
        width > 0 && <ChartOutline marks={marks} tone={tone} onChoose={onChoose} />
      )}
    </figure>
  );
}

interface DrawingProps extends Pick<StateChartProps, 'moment' | 'tone' | 'onChoose'> {
  chart: Chart;
  marks: Marks;
}

/** One stop for Tab: the arrow keys go from state to state, and tell each. */
function Drawing({ chart, moment, marks, tone, onChoose }: DrawingProps) {
  const { run } = text.value;
  const [pointed, setPointed] = useState<ChartNode | undefined>(undefined);
  const [edge, setEdge] = useState<ChartEdge | undefined>(undefined);
  const [active, setActive] = useState(moment.state);
  useEffect(() => setActive(moment.state), [moment.state]);
  const onKey = (event: KeyboardEvent) => {
    const next = stateByKey(chart.nodes, active, event.key);
    if (!/^(Arrow|Home$|End$)/.test(event.key)) return;
    event.preventDefault();
    if (next === undefined) return;
    const sheet = (event.currentTarget as Element).querySelector<SVGElement>(`[data-state="${next}"]`);
    sheet?.focus();
  };
  const states = (wanted: (node: ChartNode) => boolean) =>
    chart.nodes
      .filter(wanted)
      .map((node) => (
        <State
          key={node.id}
          node={node}
          mark={marks.nodes.get(node.id)}
          tone={tone}
          isActive={node.id === active}
          onPoint={setPointed}
          onFocus={setActive}
          onChoose={onChoose}
        />
      ));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div class="chart-sheet" role="group" aria-label={`${run.chart}. ${run.chartHelp}`} onKeyDown={onKey}>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the group around it has the name, each state its own */}
      <svg viewBox={`0 0 ${chart.width} ${chart.height}`}>
        <Heads />
        {states(({ kind }) => kind === 'box')}
        <Arrows
          chart={chart}
          taken={marks.edges}
          moment={moment}
          isWhole={({ id, from, to }) => edge?.id === id || [from, to].includes(pointed?.id ?? '')}
          onPoint={setEdge}
        />
        {states(({ kind }) => kind !== 'box')}
      </svg>
      {pointed && <Tip chart={chart} node={pointed} mark={marks.nodes.get(pointed.id)} />}
    </div>
  );
}

interface ArrowsProps {
  chart: Chart;
  taken: ReadonlyMap<string, EdgeMark>;
  moment: Moment;
  /** Whether all events that lead along it are named. */
  isWhole(edge: ChartEdge): boolean;
  onPoint(edge: ChartEdge | undefined): void;
}

/** All arrows, and what those that were taken were taken for; over the last ones taken goes a pulse. */
function Arrows({ chart, taken, moment, isWhole, onPoint }: ArrowsProps) {
  // What was taken is drawn over what was not.
  const edges = chart.edges.toSorted((a, b) => Number(taken.has(a.id)) - Number(taken.has(b.id)));
  return (
    <g>
      {edges.map((edge) => (
        <Arrow key={edge.id} edge={edge} mark={taken.get(edge.id)} />
      ))}
      {latestEdges(chart, moment).map(({ id, path }) => (
        <path
          key={`${id} ${moment.visits.at(-1)!.entered.seq}`}
          class="pulse"
          data-edge={id}
          d={path}
          pathLength={1}
        />
      ))}
      {edges.map((edge) => (
        <ArrowGround key={edge.id} edge={edge} onPoint={onPoint} />
      ))}
      {edges.map((edge) => (
        <ArrowLabel
          key={edge.id}
          edge={edge}
          mark={taken.get(edge.id)}
          isWhole={isWhole(edge)}
          title={titleOf(edge, taken.get(edge.id)?.count ?? 0)}
        />
      ))}
    </g>
  );
}

function Heads() {
  const head = (id: string) => (
    <marker id={id} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
      <path class={id} d="M0 .5L8 4L0 7.5z" />
    </marker>
  );
  return (
    <defs>
      {head('head')}
      {head('head-taken')}
    </defs>
  );
}

/** All that leads along an arrow, and how often it did. */
function titleOf({ causes }: ChartEdge, taken: number): string {
  const texts = causes.map(causeText);
  return (taken === 0 ? texts : [...texts, text.value.run.timesTaken(taken)]).join('\n');
}

/** How an arrow is caused, in the machine's own words. */
function causeText({ kind, name, guard, failed }: ChartCause): string {
  const { legend } = text.value.run;
  const what = kind === 'event' ? name : `${name} ${legend[failed ? 'error' : kind]}`.trim();
  return guard === undefined ? what : `${what} [${guard}]`;
}

function Tip({ chart, node, mark }: { chart: Chart; node: ChartNode; mark: NodeMark | undefined }) {
  const { run } = text.value;
  const middle = (node.x + node.width / 2) / chart.width;
  const isLow = node.y > chart.height / 2 && node.kind !== 'box';
  const side = middle < 0.25 ? 'left' : middle > 0.75 ? 'right' : 'middle';
  const style = {
    left: `${middle * 100}%`,
    ...(isLow
      ? { bottom: `${(1 - node.y / chart.height) * 100}%` }
      : { top: `${((node.kind === 'box' ? node.y + 28 : node.y + node.height) / chart.height) * 100}%` }),
  };
  return (
    <div class={`tip tip-${side}`} style={style} role="tooltip">
      <code>{node.id}</code>
      <p>{stateText(stateWords.value, node.id)}</p>
      <p class="tip-mark">
        {mark ? run.visited(mark.count, formatDuration(mark.ms)) : run.notVisited}
        {mark?.isCurrent && ` · ${run.current}`}
      </p>
    </div>
  );
}

function Legend() {
  const { legend } = text.value.run;
  return (
    <figcaption class="legend">
      {(['done', 'error', 'late'] as const).map((kind) => (
        <span key={kind}>
          <Icon name={SIGNS[kind]!} size={12} />
          {legend[kind]}
        </span>
      ))}
      <span>
        <span class="legend-line" aria-hidden="true" />
        {legend.taken}
      </span>
    </figcaption>
  );
}
