import { useMemo } from 'preact/hooks';
import type { RunDetail, ShownFlow } from '#shared/api/client/index.ts';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import { objectOf as whatOf } from '#shared/domain/words/step-text.ts';
import type { Fields } from '#shared/platform/json/fields.ts';
import { showLine } from '../../kit/editor/editor.tsx';
import { flowFieldsOf, stepsOf } from '../../kit/editor/flow-fields.ts';
import { readJsonText } from '../../kit/editor/json-text.ts';
import { Icon } from '../../kit/icon.tsx';
import { text } from '../../text/text.ts';

export interface FlowStepsProps {
  /** The text of the flow as it is typed. */
  flow: string;
  shown: ShownFlow;
  run: RunDetail;
}

/** The steps of the flow in the editor. Each leads to its line; what failed in the run is marked while it is as it was. */
export function FlowSteps({ flow, shown, run }: FlowStepsProps) {
  const { flow: words } = text.value;
  const lists = useMemo(() => {
    const fields = flowFieldsOf(flow);
    return (['steps', 'onCancel'] as const).map((list) => ({ list, steps: stepsOf(fields, list) }));
  }, [flow]);
  const failed = failedStep(run, stepsOf(shown.flow, 'steps'), shown.login?.length);
  const failedText = failed === undefined ? undefined : JSON.stringify(stepsOf(shown.flow, 'steps')[failed]);
  return (
    <nav class="flow-steps" aria-label={words.steps}>
      {lists.map(
        ({ list, steps }) =>
          steps.length > 0 && (
            <div key={list}>
              <h3>{list === 'steps' ? words.steps : 'onCancel'}</h3>
              <ol>
                {steps.map((step, index) => (
                  <FlowStep
                    key={`${index} ${JSON.stringify(step)}`}
                    index={index}
                    step={step}
                    hasFailed={list === 'steps' && index === failed && JSON.stringify(step) === failedText}
                    onChoose={() => showLine('flow', readJsonText(flow).lines.get(`${list}.${index}`) ?? 0)}
                  />
                ))}
              </ol>
            </div>
          ),
      )}
    </nav>
  );
}

interface FlowStepProps {
  index: number;
  step: Readonly<Record<string, unknown>>;
  hasFailed: boolean;
  onChoose(): void;
}

function FlowStep({ index, step, hasFailed, onChoose }: FlowStepProps) {
  return (
    <li>
      <button type="button" class={hasFailed ? 'has-failed' : ''} onClick={onChoose}>
        <span class="step-number">{index + 1}</span>
        <span class="step-action">{String(step.action ?? '?')}</span>
        {hasFailed && (
          <span class="step-sign">
            <Icon name="cross" size={13} />
            <span class="sr">{text.value.run.outcomes.failed}</span>
          </span>
        )}
        <code class="step-object">{describe(step)}</code>
      </button>
    </li>
  );
}

/** While it is typed a step may be anything. */
function describe(step: Readonly<Record<string, unknown>>): string {
  try {
    return whatOf(step as unknown as EventStep);
  } catch {
    return '';
  }
}

/** The index of the step by which the run failed. */
function failedStep(
  { outcome, steps, attempt = 1 }: RunDetail,
  flow: readonly Fields[],
  /** So many come before, which log in. */
  login = 0,
): number | undefined {
  if (outcome !== 'fail') return undefined;
  const isFailed = (step: RunDetail['steps'][number]) =>
    !step.ok && flow[step.index - login]?.optional !== true;
  const failed = steps.findLast((step) => isFailed(step) && (step.attempt ?? 1) === attempt);
  return failed && failed.index - login;
}
