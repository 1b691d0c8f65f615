import { isFatal, type StepSpan } from '#shared/domain/story/history.ts';
import { onDemand } from '../../kit/on-demand.tsx';
import { text } from '../../text/text.ts';
import { openFlowAt } from '../flow/open-flow.ts';

const TraceButton = onDemand(async () => (await import('../playwright-trace/trace-button.tsx')).TraceButton);

/** What can be done about a step that failed: for a selector that matched nothing the nearest that exist, its line in the flow, the trace. */
export function StepWays({ id, step }: { id: string; step: StepSpan }) {
  const { run } = text.value;
  const { phase, index, reason } = step;
  const nearest = nearestOf(step);
  if (!isFatal(step) || phase !== 'flow') return null;
  return (
    <div class="step-ways">
      {nearest.length > 0 && (
        <p>
          {run.nearest}{' '}
          {nearest.map((selector) => (
            <code key={selector}>{selector}</code>
          ))}
        </p>
      )}
      {(nearest.length > 0 || reason === 'element_missing') && (
        <button type="button" class="button compact" onClick={() => openFlowAt(id, index)}>
          {run.editStep}
        </button>
      )}
      <TraceButton id={id} />
    </div>
  );
}

/** Runs of runners that do not look for them have none. */
const nearestOf = (
  step: StepSpan & { facts?: { nearest?: readonly string[] | undefined } },
): readonly string[] => step.facts?.nearest ?? [];
