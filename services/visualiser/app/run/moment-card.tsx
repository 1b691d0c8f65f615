import type { StepSpan } from '#shared/domain/story/history.ts';
import { countSteps, type Moment } from '#shared/domain/story/moment.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import { Fact } from '../kit/fact.tsx';
import { formatOffset } from '../text/duration.ts';
import { text } from '../text/text.ts';
import { LongText } from './long-text.tsx';
import { Screen } from './pictures/screen.tsx';

interface PictureProps {
  moment: Moment;
  startedAt: number;
}

const nameOf = ({ index, step }: StepSpan): string => `${index + 1}. ${describeStep(step)}`;

/** What the page looked like at a moment, and after which step: it may be an earlier one than the one under way. */
export function MomentPicture({ moment: { state, steps, picture }, startedAt }: PictureProps) {
  const { run } = text.value;
  const pictured = steps.findLast((one) => one.picture !== undefined && one.picture === picture);
  const caption =
    pictured &&
    run.pictureCaption(
      nameOf(pictured),
      formatOffset((pictured.ended ?? pictured.began).at - startedAt).slice(1),
    );
  return (
    <section class="card moment" aria-label={run.picture}>
      <Screen
        path={picture}
        alt={run.pictureOf(pictured ? `${pictured.index + 1}. ${pictured.step.action}` : '')}
        caption={caption ?? state}
      />
      <p class="moment-caption">
        <span>{caption}</span>
      </p>
    </section>
  );
}

interface FactsProps extends PictureProps {
  stepCount: number | undefined;
}

/** What the machine knew at a moment. */
export function MomentFacts({ moment, startedAt, stepCount }: FactsProps) {
  const { run } = text.value;
  const { state, attempt, cancel, error, browser, at } = moment;
  const step = moment.steps.at(-1);
  return (
    <dl class="card facts moment-facts">
      <Fact name={run.state}>
        <code data-moment-state>{state}</code> <span class="soft">{formatOffset(at - startedAt)}</span>
      </Fact>
      <Fact name={run.stepNow}>
        {step ? <LongText text={nameOf(step)} about={run.stepNow} /> : <span class="soft">{run.noStep}</span>}
      </Fact>
      <Fact name={run.steps}>
        {countSteps(moment).done}/{stepCount ?? '?'}
        {attempt > 1 && <span class="soft"> · {run.attemptNo(attempt)}</span>}
      </Fact>
      {cancel && (
        <Fact name={run.cancel}>
          {[cancel.mode, cancel.source, cancel.reason].filter(Boolean).join(' · ')}
        </Fact>
      )}
      {browser && (browser.killed || browser.pid !== undefined) && (
        <Fact name={run.browser}>
          {browser.killed ? run.browserKilled : run.browserAlive}
          {browser.pid !== undefined && <span class="soft"> pid {browser.pid}</span>}
        </Fact>
      )}
      {error !== undefined && (
        <Fact name={run.lastError}>
          <span class="is-error">
            <LongText text={error} about={run.lastError} />
          </span>
        </Fact>
      )}
    </dl>
  );
}
