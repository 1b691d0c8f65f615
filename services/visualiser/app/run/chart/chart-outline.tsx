import type { TargetedKeyboardEvent } from 'preact';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { text } from '../../text/text.ts';
import type { ChartNode } from './chart.ts';
import { CHART } from './charts.ts';
import type { Marks } from './marks.ts';

export interface ChartOutlineProps {
  marks: Marks;
  tone: string;
  onChoose(id: string): void;
}

/** The chart where there is no room for its arrows: the states below each other, each in the box that it is in. */
export function ChartOutline(props: ChartOutlineProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys go from state to state, each a button
    <div class="chart-outline" onKeyDown={onKey}>
      <Inside {...props} box={undefined} />
    </div>
  );
}

/** One stop for Tab; up and down lead from state to state. */
function onKey(event: TargetedKeyboardEvent<HTMLElement>): void {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (by === undefined) return;
  const states = [...event.currentTarget.querySelectorAll('button')];
  const next = states[states.indexOf(event.target as HTMLButtonElement) + by];
  event.preventDefault();
  next?.focus();
}

const parentOf = (id: string): string | undefined =>
  id.includes('.') ? id.slice(0, id.lastIndexOf('.')) : undefined;

function Inside({ box, ...props }: ChartOutlineProps & { box: string | undefined }) {
  const inside = CHART.nodes.filter(({ id }) => parentOf(id) === box);
  return (
    <ul>
      {inside.map((node) => (
        <Item key={node.id} {...props} node={node} />
      ))}
    </ul>
  );
}

function Item({ node, ...props }: ChartOutlineProps & { node: ChartNode }) {
  const { marks, tone, onChoose } = props;
  const { id, name, kind } = node;
  const mark = marks.nodes.get(id);
  const isCurrent = mark?.isCurrent === true;
  const classes = [`outline-${kind}`, mark && 'is-visited', isCurrent && `is-current tone-${tone}`];
  const visits = mark && kind !== 'final' && (
    <span class="outline-time">
      {mark.count > 1 && `${mark.count}× `}
      {formatDuration(mark.ms)}
    </span>
  );
  return (
    <li class={classes.filter(Boolean).join(' ')}>
      {kind === 'box' ? (
        <>
          <p>
            {name} {visits}
          </p>
          <Inside {...props} box={id} />
        </>
      ) : mark ? (
        <button
          type="button"
          tabIndex={isCurrent ? 0 : -1}
          aria-current={isCurrent ? 'step' : undefined}
          onClick={() => onChoose(id)}
        >
          {name} {visits}
        </button>
      ) : (
        <span class="outline-name">
          {name}
          <span class="sr"> {text.value.run.notVisited}</span>
        </span>
      )}
    </li>
  );
}
