import { useState } from 'preact/hooks';
import { isFatal, type StepOutcome, type StepSpan } from '#shared/domain/story/history.ts';
import { tookUntil } from '#shared/domain/story/moment.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { conditionOf, objectOf } from '#shared/domain/words/step-text.ts';
import { Icon, type IconName } from '../../kit/icon.tsx';
import { text } from '../../text/text.ts';
import { isLong, MoreButton } from '../long-text.tsx';
import { StepSaid } from '../said/step-said.tsx';
import { StepFound } from './step-found.tsx';
import { StepWays } from './step-ways.tsx';

export interface StepRowProps {
  /** The id of the run. */
  id: string;
  step: StepSpan;
  /** The moment is in it, or after it and before the next. */
  isCurrent: boolean;
  /** The run ended in it: why stands above, and here only as it was recorded, when that is wanted. */
  isSaidAbove: boolean;
  /** The one of the moment. */
  attempt: number;
  now: number;
  onMove(seq: number): void;
  onConsole(): void;
}

const ICONS: Record<StepOutcome, IconName> = {
  running: 'play',
  ok: 'check',
  failed: 'cross',
  interrupted: 'slash',
  unbegun: 'slash',
};

/** A step that has begun, with what the page said meanwhile. One that failed is open by itself, unless that is said above. */
export function StepRow(props: StepRowProps) {
  const { id, step: one, isCurrent, isSaidAbove, attempt, now, onMove, onConsole } = props;
  const { run } = text.value;
  const { step, index, outcome, began, ended, error = '' } = one;
  const [isWanted, setWanted] = useState<boolean | undefined>(undefined);
  const isOpen = isWanted ?? (isFatal(one) && !isSaidAbove);
  const object = objectOf(step);
  const hasMore = isLong(object) || isLong(error) || (isSaidAbove && error !== '');
  const name = `${index + 1}. ${step.action ?? '?'}`;
  const { note } = step;
  const kind = one.optional ? 'optional' : one.skipped ? 'skipped' : outcome;
  const classes = ['step', `step-${kind}`, isCurrent && 'is-current', isOpen && 'is-open'];
  return (
    <li class={classes.filter(Boolean).join(' ')} aria-current={isCurrent ? 'step' : undefined}>
      <button type="button" class="step-body" onClick={() => onMove((ended ?? began).seq)}>
        <span class="step-head">
          <span class="step-sign">
            <Icon name={one.skipped ? 'dashes' : ICONS[outcome]} size={13} />
            <span class="sr">{one.skipped ? run.skipped : run.outcomes[outcome]}</span>
          </span>
          <span class="step-number">{index + 1}</span>
          <span class="step-action">{step.action ?? '?'}</span>
          {outcome !== 'unbegun' && (
            <span class="step-took">{formatDuration(tookUntil(began, ended, now))}</span>
          )}
        </span>
        <code class="step-object clamp">{object}</code>
        {note !== undefined && note !== '' && <bdi class="step-note">{note}</bdi>}
        {one.skipped && step.when && (
          <span class="step-note">
            {run.onlyIf} <code>{conditionOf(step.when)}</code>
          </span>
        )}
        <StepTags step={one} attempt={attempt} />
        {error !== '' && (isOpen || !isSaidAbove) && <span class="step-error isolated clamp">{error}</span>}
      </button>
      {hasMore && <MoreButton isOpen={isOpen} about={name} onToggle={setWanted} />}
      <StepFound step={one} isKept={one.attempt === attempt} />
      <StepWays id={id} step={one} />
      <StepSaid step={one} onConsole={onConsole} />
    </li>
  );
}

function StepTags({ step, attempt }: { step: StepSpan; attempt: number }) {
  const { run } = text.value;
  const tags = [
    (step.outcome === 'interrupted' || step.outcome === 'unbegun') && run.outcomes[step.outcome],
    step.phase === 'onCancel' && run.onCancel,
    step.attempt !== attempt && run.attemptNo(step.attempt),
    step.skipped === true && run.skipped,
    step.attempts !== undefined && run.tries(step.attempts),
    step.optional ? run.wentOn : step.step.optional === true && run.optional,
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
