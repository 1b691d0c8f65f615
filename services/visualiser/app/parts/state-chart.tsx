import { useEffect, useRef, useState } from 'preact/hooks';
import { formatDuration } from '#shared/events/duration.ts';
import type { ChartCause, ChartEdge, ChartNode } from '../model/chart.ts';
import type { Moment } from '../model/history.ts';
import { latestEdges, marksOf, type NodeMark } from '../model/marks.ts';
import { useNow } from '../state/clock.ts';
import { stateText } from '../text/state.ts';
import { text } from '../text/text.ts';
import { Arrow, ArrowLabel, SIGNS } from './chart-arrow.tsx';
import { State } from './chart-state.tsx';
import { Icon } from './icon.tsx';

export interface StateChartProps {
  moment: Moment;
  /** The moment is now: times grow. */
  isLive: boolean;
  tone: string;
  onChoose(state: string): void;
}

const TICK_MS = 200;

/** The machine as the build has laid it out, with what the run did in it up to a moment. */
export function StateChart({ moment, isLive, tone, onChoose }: StateChartProps) {
  const { run } = text.value;
  const isGrowing = isLive && !moment.ended;
  const clock = useNow(TICK_MS, isGrowing);
  const now = isGrowing ? Math.max(clock, moment.at) : moment.at;
  const marks = marksOf(CHART, moment, now);
  const [pointed, setPointed] = useState<ChartNode | undefined>(undefined);
  const box = useInSight(moment.state);
  const states = (wanted: (node: ChartNode) => boolean) =>
    CHART.nodes
      .filter(wanted)
      .map((node) => (
        <State
          key={node.id}
          node={node}
          mark={marks.nodes.get(node.id)}
          tone={tone}
          onPoint={setPointed}
          onChoose={onChoose}
        />
      ));
  return (
    <figure class="chart">
      <section class="chart-scroll" ref={box} aria-label={`${run.chart}. ${run.chartHelp}`}>
        <div class="chart-sheet">
          {/* biome-ignore lint/a11y/noSvgWithoutTitle: the section around it has the name, each state its own */}
          <svg viewBox={`0 0 ${CHART.width} ${CHART.height}`}>
            <Heads />
            {states(({ kind }) => kind === 'box')}
            <Arrows taken={marks.edges} moment={moment} />
            {states(({ kind }) => kind !== 'box')}
          </svg>
          {pointed && <Tip node={pointed} mark={marks.nodes.get(pointed.id)} />}
        </div>
      </section>
      <Legend />
    </figure>
  );
}

/** All arrows, and how often each was taken; over the last ones taken goes a pulse. */
function Arrows({ taken, moment }: { taken: ReadonlyMap<string, number>; moment: Moment }) {
  const timesOf = ({ id }: ChartEdge) => taken.get(id) ?? 0;
  // What was taken is drawn over what was not.
  const edges = CHART.edges.toSorted((a, b) => Number(timesOf(a) > 0) - Number(timesOf(b) > 0));
  return (
    <g>
      {edges.map((edge) => (
        <Arrow key={edge.id} edge={edge} taken={timesOf(edge)} />
      ))}
      {latestEdges(CHART, moment).map(({ id, path }) => (
        <path key={`${id} ${moment.latest?.seq}`} class="pulse" data-edge={id} d={path} pathLength={1} />
      ))}
      {edges.map((edge) => (
        <ArrowLabel key={edge.id} edge={edge} taken={timesOf(edge)} title={titleOf(edge, timesOf(edge))} />
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
function causeText({ kind, name, guard }: ChartCause): string {
  const { legend } = text.value.run;
  const what = kind === 'event' ? name : `${name} ${legend[kind]}`.trim();
  return guard === undefined ? what : `${what} [${guard}]`;
}

function Tip({ node, mark }: { node: ChartNode; mark: NodeMark | undefined }) {
  const { run, states } = text.value;
  const middle = (node.x + node.width / 2) / CHART.width;
  const isLow = node.y > CHART.height / 2 && node.kind !== 'box';
  const side = middle < 0.25 ? 'left' : middle > 0.75 ? 'right' : 'middle';
  const style = {
    left: `${middle * 100}%`,
    ...(isLow
      ? { bottom: `${(1 - node.y / CHART.height) * 100}%` }
      : { top: `${((node.kind === 'box' ? node.y + 28 : node.y + node.height) / CHART.height) * 100}%` }),
  };
  return (
    <div class={`tip tip-${side}`} style={style} role="tooltip">
      <code>{node.id}</code>
      <p>{stateText(states, node.id)}</p>
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
      {(['done', 'error', 'late', 'always'] as const).map((kind) => (
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

/** The box that the chart is in: where the chart is wider, the state stays in sight. */
function useInSight(state: string) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (box.current) keepInSight(box.current, state);
  }, [state]);
  return box;
}

function keepInSight(box: HTMLElement, state: string): void {
  if (box.scrollWidth <= box.clientWidth) return;
  const node = CHART.nodes.find(({ id }) => id === state);
  if (!node) return;
  const middle = ((node.x + node.width / 2) / CHART.width) * box.scrollWidth;
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  box.scrollTo({ left: middle - box.clientWidth / 2, behavior: isCalm ? 'auto' : 'smooth' });
}
