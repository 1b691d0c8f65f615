import type { RunDetail } from '#shared/api/client/index.ts';
import type { ComparedStep } from '#shared/domain/story/compare.ts';
import type { StepSpan } from '#shared/domain/story/history.ts';
import { tookUntil } from '#shared/domain/story/moment.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { sayLonger, sayWay } from '#shared/domain/words/say-comparison.ts';
import { objectOf } from '#shared/domain/words/step-text.ts';
import { useNow } from '../../kit/clock.ts';
import { Icon } from '../../kit/icon.tsx';
import { standingOf } from '../../kit/standing/standing.ts';
import { SentenceText } from '../sentence.tsx';
import { compareWords, comparisonTexts } from './words.ts';

interface CompareStepsProps {
  steps: readonly ComparedStep[];
  here: RunDetail;
  there: RunDetail;
  chosen: number;
  onChoose(n: number): void;
}

/** The steps of both runs, each with two bars on one scale. */
export function CompareSteps({ steps, here, there, chosen, onChoose }: CompareStepsProps) {
  const words = compareWords.value;
  const spans = steps.flatMap((step) => [step.here ?? [], step.there ?? []].flat());
  const now = useNow(
    1_000,
    spans.some(({ ended }) => ended === undefined),
  );
  const longest = Math.max(1, ...spans.map(({ began, ended }) => tookUntil(began, ended, now)));
  const sides = [
    { side: 'here', label: words.hereShort, none: words.notHere, tone: standingOf(here) },
    { side: 'there', label: words.thereShort, none: words.notThere, tone: standingOf(there) },
  ] as const;
  return (
    <section class="card" aria-labelledby="compare-steps-title">
      <header class="desk-head">
        <h2 id="compare-steps-title">{words.steps}</h2>
        <span class="sr">{words.stepsHelp}</span>
      </header>
      <ol class="compare-steps">
        {steps.map((step, n) => (
          <li key={n}>
            <button type="button" aria-pressed={n === chosen} onClick={() => onChoose(n)}>
              <StepLine step={step} />
              {sides.map(({ side, ...about }) => (
                <Bar key={side} {...about} span={step[side]} longest={longest} now={now} />
              ))}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function StepLine({ step: compared }: { step: ComparedStep }) {
  const { here, there, ways } = compared;
  const { index, step } = (here ?? there)!;
  const longer = sayLonger(compared, comparisonTexts.value);
  return (
    <>
      <span class="compare-step">
        <span class="step-number">{index + 1}</span>
        <span class="step-action">{step.action ?? '?'}</span>
        <code class="step-object clamp">{objectOf(step)}</code>
        {longer !== undefined && <span class="compare-longer">{longer}</span>}
      </span>
      {ways.length > 0 && (
        <span class="compare-ways">
          <Icon name="warning" size={13} />
          <span class="sr">{compareWords.value.differs}: </span>
          <span>
            {ways.map((way, n) => (
              <span key={way}>
                {n > 0 && '; '}
                <SentenceText sentence={sayWay(compared, way, comparisonTexts.value)} />
              </span>
            ))}
          </span>
        </span>
      )}
    </>
  );
}

interface BarProps {
  label: string;
  /** Said where the run has not done the step. */
  none: string;
  span: StepSpan | undefined;
  tone: string;
  longest: number;
  now: number;
}

function Bar({ label, none, span, tone, longest, now }: BarProps) {
  const took = span && tookUntil(span.began, span.ended, now);
  return (
    <span class={`compare-bar tone-${tone}`}>
      <span class="compare-bar-label">{label}</span>
      <span class="compare-track">
        {took !== undefined && <span class="compare-fill" style={{ width: `${(100 * took) / longest}%` }} />}
      </span>
      <span class="compare-took">{took === undefined ? none : formatDuration(took)}</span>
    </span>
  );
}
