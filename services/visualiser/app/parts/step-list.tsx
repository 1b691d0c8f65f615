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
  const { steps, attempt, at } = moment;
  const isGrowing = isLive && steps.some(({ outcome }) => outcome === 'running');
  const now = useNow(200, isGrowing);
  const begun = steps.filter((step) => step.phase === 'flow' && step.attempt === attempt).length;
  const ahead = Math.max(0, (stepCount ?? begun) - begun);
  return (
    <div class="steps">
      {steps.length === 0 && <p class="nothing">{run.noSteps}</p>}
      <ol>
        {steps.map((step) => (
          <Step
            key={step.startSeq}
            step={step}
            attempt={attempt}
            now={Math.max(isGrowing ? now : at, at)}
            onMove={onMove}
          />
        ))}
      </ol>
      {ahead > 0 && !moment.outcome && (
        <p class="steps-ahead">
          <Icon name="dashes" size={13} />
          {run.stepsAhead(ahead)}
        </p>
      )}
    </div>
  );
}

interface StepProps {
  step: StepAt;
  /** The one of the moment. */
  attempt: number;
  now: number;
  onMove(seq: number): void;
}

function Step({ step: one, attempt, now, onMove }: StepProps) {
  const { run } = text.value;
  const { step, index, outcome, startSeq, startedAt, endSeq, endedAt, error, screenshot } = one;
  return (
    <li class={`step step-${outcome}`}>
      <button type="button" onClick={() => onMove(endSeq ?? startSeq)}>
        <span class="step-head">
          <span class="step-sign">
            <Icon name={ICONS[outcome]} size={13} />
            <span class="sr">{run.outcomes[outcome]}</span>
          </span>
          <span class="step-number">{index + 1}</span>
          <span class="step-action">{step.action ?? '?'}</span>
          <span class="step-took">{formatDuration((endedAt ?? now) - startedAt)}</span>
        </span>
        <code class="step-object">{objectOf(step)}</code>
        <StepTags step={one} attempt={attempt} />
        {error !== undefined && <span class="step-error">{error}</span>}
      </button>
      {screenshot !== undefined && (
        <span class="step-picture">
          <Picture path={screenshot} alt={run.pictureOf(`${index + 1}. ${step.action}`)} />
        </span>
      )}
    </li>
  );
}

function StepTags({ step, attempt }: { step: StepAt; attempt: number }) {
  const { run } = text.value;
  const tags = [
    step.outcome === 'interrupted' && run.outcomes.interrupted,
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
