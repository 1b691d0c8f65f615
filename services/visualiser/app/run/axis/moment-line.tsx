import { asItWas } from '../../kit/as-it-was.tsx';
import { CopyButton } from '../../kit/copy-button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { IconButton } from '../../kit/icon-button.tsx';
import { text } from '../../text/text.ts';
import { RunKeysButton } from '../run-keys.tsx';

export interface MomentLineProps {
  seq: number;
  /** The number of the last event. */
  last: number;
  /** The time from the start of the run, as it is shown. */
  offset: string;
  /** The event of the moment, in words. */
  event: string;
  isLive: boolean;
  hasEnded: boolean;
  zoom: number;
  mostZoom: number;
  link(): string;
  onMove(seq: number | undefined): void;
  onStep(by: number): void;
  onZoom(zoom: number): void;
}

/**
 * The moment that is looked at in words, and buttons that move it. Of a moment of the past it says so and stays in sight,
 * with the way back; it always takes as much room.
 */
export function MomentLine(props: MomentLineProps) {
  const { seq, last, offset, event, isLive, hasEnded, zoom, mostZoom, link, onMove, onStep, onZoom } = props;
  const { run, app } = text.value;
  const old = asItWas();
  const isOld = old !== undefined && !hasEnded;
  return (
    <div class={isLive ? 'moment-line' : 'moment-line past-note'}>
      <div class="moment-tools">
        <IconButton label={run.before} sign="←" icon="left" disabled={seq <= 0} onClick={() => onStep(-1)} />
        <IconButton
          label={run.after}
          sign="→"
          icon="right"
          disabled={seq >= last}
          onClick={() => onStep(1)}
        />
        <IconButton label={run.zoomOut} icon="minus" disabled={zoom <= 1} onClick={() => onZoom(zoom / 2)} />
        <IconButton
          label={run.zoomIn}
          icon="plus"
          disabled={zoom >= mostZoom}
          onClick={() => onZoom(zoom * 2)}
        />
        <CopyButton value={link} label={app.copyLink} icon="link" />
        <RunKeysButton />
      </div>
      <p class="moment-text">
        {isLive ? (
          <>
            <span class="slider-seq">{run.moment(seq, last)}</span> ·{' '}
            <span class="slider-offset">{offset}</span> ·
          </>
        ) : (
          <>
            <Icon name="clock" /> <strong>{run.past}</strong>{' '}
            <span class="slider-seq">{run.pastAt(seq, last, offset.slice(1))}</span>
          </>
        )}{' '}
        <span class="slider-event">{event}</span>
      </p>
      <button
        type="button"
        class={`button live${isLive && !isOld ? ' is-on' : ''}`}
        aria-pressed={isLive && !isOld}
        title={hasEnded ? run.toEnd : (old ?? run.toLive)}
        onClick={() => onMove(undefined)}
      >
        <Icon name={hasEnded ? 'right' : 'dot'} size={14} />
        {isLive
          ? hasEnded
            ? run.toEnd
            : isOld
              ? run.notLive
              : run.live
          : hasEnded
            ? run.backToEnd
            : run.backToNow}
      </button>
    </div>
  );
}
