import type { ComponentChildren } from 'preact';
import { describeStep } from '#shared/events/step-text.ts';
import { formatOffset } from '../model/duration.ts';
import type { Moment } from '../model/history.ts';
import { stepsAt } from '../model/steps.ts';
import { text } from '../text/text.ts';
import { Screen } from './screen.tsx';

interface MomentProps {
  moment: Moment;
  startedAt: number;
  stepCount: number | undefined;
}

/** What the page looked like at a moment, and what the machine knew. */
export function MomentCard(props: MomentProps) {
  const { run } = text.value;
  const { state, steps, screenshot } = props.moment;
  const step = steps.at(-1);
  const stepText = step && `${step.index + 1}. ${describeStep(step.step)}`;
  const pictured = steps.findLast((one) => one.screenshot !== undefined && one.screenshot === screenshot);
  // It may be that of an earlier step than the one that is under way.
  const caption =
    pictured &&
    run.pictureCaption(
      `${pictured.index + 1}. ${describeStep(pictured.step)}`,
      formatOffset((pictured.endedAt ?? pictured.startedAt) - props.startedAt).slice(1),
    );
  return (
    <section class="card moment" aria-label={run.picture}>
      <Screen
        path={screenshot}
        alt={run.pictureOf(pictured ? `${pictured.index + 1}. ${pictured.step.action}` : '')}
        caption={caption ?? state}
      />
      <Facts {...props} stepText={stepText} />
    </section>
  );
}

function Facts({ moment, startedAt, stepCount, stepText }: MomentProps & { stepText: string | undefined }) {
  const { run } = text.value;
  const { state, attempt, cancel, error, browser, at } = moment;
  return (
    <dl class="facts">
      <Fact name={run.state}>
        <code data-moment-state>{state}</code> <span class="soft">{formatOffset(at - startedAt)}</span>
      </Fact>
      <Fact name={run.stepNow}>
        {stepText === undefined ? (
          <span class="soft">{run.noStep}</span>
        ) : (
          <span class="clip">{stepText}</span>
        )}
      </Fact>
      <Fact name={run.steps}>
        {stepsAt(moment).done}/{stepCount ?? '?'}
        {attempt > 1 && <span class="soft"> · {run.attemptNo(attempt)}</span>}
      </Fact>
      {cancel && (
        <Fact name={run.cancel}>
          {[cancel.mode, cancel.source, cancel.reason].filter(Boolean).join(' · ')}
        </Fact>
      )}
      {browser && (
        <Fact name={run.browser}>
          {browser.killed ? run.browserKilled : run.browserAlive}
          {browser.pid !== undefined && <span class="soft"> pid {browser.pid}</span>}
        </Fact>
      )}
      {error !== undefined && (
        <Fact name={run.lastError}>
          <span class="is-error">{error}</span>
        </Fact>
      )}
    </dl>
  );
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
