import { formatDuration } from '#shared/events/duration.ts';
import { objectOf } from '#shared/events/step-text.ts';
import type { Moment } from '../model/history.ts';
import type { StepAt } from '../model/steps.ts';
import { useNow } from '../state/clock.ts';
import { text } from '../text/text.ts';
import { Icon, type IconName } from './icon.tsx';
import { Picture } from './picture.tsx';

export interface StepListProps {
  moment: Moment;
  isLive: boolean;
  /** Of the flow; undefined if it is not known. */
  stepCount: number | undefined;
  onMove(seq: number): void;
}

const ICONS: Record<StepAt['outcome'], IconName> = {
  running: 'play',
  ok: 'check',
  failed: 'cross',
  interrupted: 'slash',
};

/** The steps that had begun by the moment, each with its picture, and how many are ahead. */
export function StepList({ moment, isLive, stepCount, onMove }: StepListProps) {
  const { run } = text.value;
  const { steps, attempt } = moment;
  const isGrowing = isLive && steps.some(({ outcome }) => outcome === 'running');
  const now = useNow(200, isGrowing);
  const begun = steps.filter((step) => step.phase === 'flow' && step.attempt === attempt).length;
  const ahead = Math.max(0, (stepCount ?? begun) - begun);
  return (
    <div class="steps">
      {steps.length === 0 && <p class="nothing">{run.noSteps}</p>}
      <ol>
        {steps.map((step) => (
          <li key={step.startSeq} class={`step step-${step.outcome}`}>
            <button type="button" onClick={() => onMove(step.endSeq ?? step.startSeq)}>
              <span class="step-head">
                <span class="step-sign">
                  <Icon name={ICONS[step.outcome]} size={13} />
                  <span class="sr">{run.outcomes[step.outcome]}</span>
                </span>
                <span class="step-number">{step.index + 1}</span>
                <span class="step-action">{step.step.action ?? '?'}</span>
                <span class="step-took">
                  {formatDuration(
                    (step.endedAt ?? Math.max(isGrowing ? now : moment.at, moment.at)) - step.startedAt,
                  )}
                </span>
              </span>
              <code class="step-object">{objectOf(step.step)}</code>
              <StepTags step={step} attempt={attempt} />
              {step.error !== undefined && <span class="step-error">{step.error}</span>}
            </button>
            {step.screenshot !== undefined && (
              <span class="step-picture">
                <Picture
                  path={step.screenshot}
                  alt={run.pictureOf(`${step.index + 1}. ${step.step.action}`)}
                />
              </span>
            )}
          </li>
        ))}
      </ol>
      {ahead > 0 && !moment.ended && (
        <p class="steps-ahead">
          <Icon name="dashes" size={13} />
          {run.stepsAhead(ahead)}
        </p>
      )}
    </div>
  );
}

function StepTags({ step, attempt }: { step: StepAt; attempt: number }) {
  const { run } = text.value;
  const tags = [
    step.phase === 'onCancel' && run.onCancel,
    step.attempt !== attempt && run.attemptNo(step.attempt),
  ];
  const shown = [...tags, step.step.atomic === true && 'atomic'].filter((tag) => tag !== false);
  if (shown.length === 0) return null;
  return (
    <span class="tags">
      {shown.map((tag) => (
        <span key={tag} class="tag">
          {tag}
        </span>
      ))}
    </span>
  );
}
