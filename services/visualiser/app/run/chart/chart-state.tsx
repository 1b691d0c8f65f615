import { formatDuration } from '#shared/domain/words/duration.ts';
import { IconMark } from '../../kit/icon.tsx';
import { text } from '../../text/text.ts';
import type { ChartNode } from './chart.ts';
import type { NodeMark } from './marks.ts';
import { stateText } from './state-text.ts';
import { stateWords } from './words.ts';

export interface StateProps {
  node: ChartNode;
  mark: NodeMark | undefined;
  /** The tone of the run's standing, for the state that it is in. */
  tone: string;
  /** The one of all states that Tab leads to. */
  isActive: boolean;
  onPoint(node: ChartNode | undefined): void;
  onFocus(id: string): void;
  /** Goes to when the run came here last. */
  onChoose(id: string): void;
}

/** A state of the chart: its name, and how often and how long the run was there. */
export function State({ node, mark, tone, isActive, onPoint, onFocus, onChoose }: StateProps) {
  const { id, kind, x, y, width, height } = node;
  const isCurrent = mark?.isCurrent === true;
  const classes = ['state', `state-${kind}`, mark && 'is-visited', isCurrent && `is-current tone-${tone}`];
  const isBox = kind === 'box';
  const choose = () => {
    if (mark && !isBox) onChoose(id);
  };
  const focus = () => {
    onFocus(id);
    onPoint(node);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    choose();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a state has the role of a button, a box of a picture
    <g
      class={classes.filter(Boolean).join(' ')}
      data-state={id}
      data-current={isCurrent && !isBox ? '' : undefined}
      {...(isBox ? { role: 'img' } : { role: 'button', tabindex: isActive ? 0 : -1, 'aria-disabled': !mark })}
      aria-label={labelOf(node, mark)}
      onPointerEnter={() => onPoint(node)}
      onPointerLeave={() => onPoint(undefined)}
      // An element with a focus handler can take the focus, which a box must not.
      {...(!isBox && { onFocus: focus, onBlur: () => onPoint(undefined) })}
      onClick={choose}
      onKeyDown={onKey}
    >
      <rect x={x} y={y} width={width} height={height} rx={isBox ? 10 : 8} />
      {isBox ? <BoxName node={node} /> : <Inside node={node} mark={mark} />}
    </g>
  );
}

function BoxName({ node: { name, x, y } }: { node: ChartNode }) {
  return (
    <text class="state-name" x={x + 12} y={y + 20}>
      {name}
    </text>
  );
}

function Inside({ node, mark }: Pick<StateProps, 'node' | 'mark'>) {
  const { name, kind, x, y, width, height } = node;
  const isEnd = kind === 'final';
  const middle = x + width / 2;
  return (
    <>
      {isEnd && <rect class="state-inner" x={x + 3} y={y + 3} width={width - 6} height={height - 6} rx={6} />}
      <text class="state-name" x={middle} y={y + (mark ? 20 : height / 2 + 5)} text-anchor="middle">
        {name}
      </text>
      {mark && (
        <text class="state-time" x={middle} y={y + 38} text-anchor="middle">
          {mark.count > 1 && `${mark.count}× `}
          {isEnd ? '' : formatDuration(mark.ms)}
        </text>
      )}
      {isEnd && mark && (
        <IconMark name={name === 'pass' ? 'check' : 'cross'} x={middle} y={y + 32} size={12} />
      )}
      {mark?.isCurrent && <circle class="state-lamp" cx={x + 3} cy={y + 3} r={5} />}
    </>
  );
}

function labelOf({ id }: ChartNode, mark: NodeMark | undefined): string {
  const { run } = text.value;
  const visits = mark ? run.visited(mark.count, formatDuration(mark.ms)) : run.notVisited;
  const facts = [mark?.isCurrent === true && run.current, visits, stateText(stateWords.value, id)];
  return `${id}: ${facts.filter(Boolean).join(', ')}`;
}
