import { useEffect, useRef } from 'preact/hooks';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import { isFatal, type StepSpan } from '#shared/domain/story/history.ts';
import type { Moment } from '#shared/domain/story/moment.ts';
import { objectOf } from '#shared/domain/words/step-text.ts';
import { useNow } from '../../kit/clock.ts';
import { Icon } from '../../kit/icon.tsx';
import { text } from '../../text/text.ts';
import { isStopped } from '../tone.ts';
import { showInBox } from './follow.ts';
import { StepRow } from './step-row.tsx';
import { stepRowsOf } from './steps.ts';

export interface StepListProps {
  /** The id of the run. */
  id: string;
  moment: Moment;
  /** The last moment: what had not begun by the one that is looked at is ahead. */
  newest: Moment;
  /** The steps of the flow; undefined if they are not known. */
  plan: readonly EventStep[] | undefined;
  stepCount: number | undefined;
  /** The step that the run begins with. */
  begins: number;
  isLive: boolean;
  onMove(seq: number): void;
  /** Shows all that the page said. */
  onConsole(): void;
}

/** All steps: those done by the moment, the one under way, and those ahead. It follows the moment. */
export function StepList(props: StepListProps) {
  const { id, moment, newest, plan, stepCount, begins, isLive, onMove, onConsole } = props;
  const { run } = text.value;
  const { begun, later, carried, planned, unknown } = stepRowsOf(moment, newest, plan, stepCount, begins);
  const isGrowing = isLive && begun.some(({ outcome }) => outcome === 'running');
  const clock = useNow(200, isGrowing);
  const now = isGrowing ? Math.max(clock, moment.at) : moment.at;
  const current = begun.at(-1);
  const box = useRef<HTMLDivElement>(null);
  // What is said below it belongs to it.
  const saidOf = current?.said?.length ?? 0;
  useEffect(() => showInBox(box.current, '[aria-current]'), [current?.began.seq, current?.outcome, saidOf]);
  return (
    <div class="steps" ref={box}>
      {begun.length === 0 && <p class="nothing">{run.noSteps}</p>}
      <ol>
        {carried.map(({ index, step }) => (
          <Unmoved key={`carried ${index}`} index={index} step={step} isCarried />
        ))}
        {begun.map((step) => (
          <StepRow
            key={step.began.seq}
            id={id}
            step={step}
            isCurrent={step === current}
            isSaidAbove={isSaidAbove(step, newest)}
            attempt={moment.attempt}
            now={now}
            onMove={onMove}
            onConsole={onConsole}
          />
        ))}
        {later.map(({ began, index, step }) => (
          <Unmoved key={began.seq} index={index} step={step} />
        ))}
        {planned.map(({ index, step }) => (
          <Unmoved key={`planned ${index}`} index={index} step={step} />
        ))}
      </ol>
      {unknown > 0 && (
        <p class="steps-ahead">
          <Icon name="dashes" size={13} />
          {run.stepsAhead(unknown)}
        </p>
      )}
    </div>
  );
}

/** Whether the sentence that says why the run failed, or in which step it was stopped, is about it. */
const isSaidAbove = (step: StepSpan, newest: Moment): boolean =>
  step.phase === 'flow' &&
  step.attempt === newest.attempt &&
  (isStopped(newest) ? step.outcome === 'interrupted' && !step.isHeld : isFatal(step));

/** A step that is ahead, or that another run has done. */
function Unmoved({ index, step, isCarried }: { index: number; step: EventStep; isCarried?: boolean }) {
  const { run } = text.value;
  return (
    <li class="step step-ahead">
      <span class="step-body">
        <span class="step-head">
          <span class="step-sign">
            <Icon name={isCarried ? 'branch' : 'dashes'} size={13} />
            <span class="sr">{isCarried ? run.carried : run.ahead}</span>
          </span>
          <span class="step-number">{index + 1}</span>
          <span class="step-action">{step.action ?? '?'}</span>
        </span>
        <code class="step-object">{objectOf(step)}</code>
        {isCarried && (
          <span class="tags">
            <span class="tag">{run.carried}</span>
          </span>
        )}
      </span>
    </li>
  );
}
