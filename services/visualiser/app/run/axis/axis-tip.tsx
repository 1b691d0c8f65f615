import type { Moment } from '#shared/domain/story/moment.ts';
import { momentAt } from '#shared/domain/story/moment.ts';
import { stateName } from '#shared/domain/words/state-name.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import { formatOffset } from '../../text/duration.ts';
import { clockText } from '../../text/moment.ts';
import { text } from '../../text/text.ts';
import { Picture } from '../pictures/picture.tsx';

export interface AxisTipProps {
  newest: Moment;
  startedAt: number;
  /** The time that is pointed at, epoch ms. */
  time: number;
  /** Where that is, px from the left of the axis. */
  left: number;
  /** How wide the axis is, px. */
  width: number;
}

const TIP_PX = 208;

/** What was at a time: the clock on the wall, the step, and the page. */
export function AxisTip({ newest, startedAt, time, left, width }: AxisTipProps) {
  const { run } = text.value;
  const seq = newest.points.findLast(({ at }) => at <= time)?.seq ?? 0;
  const { steps, state, picture } = momentAt(newest, seq);
  const step = steps.findLast(({ began, ended }) => began.at <= time && (ended?.at ?? time) >= time);
  const place = Math.max(0, Math.min(left - TIP_PX / 2, width - TIP_PX));
  return (
    <div class="axis-tip" style={{ transform: `translateX(${place}px)`, width: `${TIP_PX}px` }}>
      {picture !== undefined && (
        <div class="axis-tip-picture">
          <Picture path={picture} alt="" />
        </div>
      )}
      <p>
        <strong>{clockText(new Date(time).toISOString())}</strong>{' '}
        <span class="soft">{formatOffset(time - startedAt)}</span>
      </p>
      <p class="isolated">{step ? `${step.index + 1}. ${describeStep(step.step)}` : stateName(state)}</p>
      {picture === undefined && <p class="soft">{run.noPicture}</p>}
    </div>
  );
}
