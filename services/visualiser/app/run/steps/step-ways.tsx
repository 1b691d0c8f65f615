import { isFatal, type StepSpan } from '#shared/domain/story/history.ts';
import { text } from '../../text/text.ts';
import { openFlowAt } from '../flow/open-flow.ts';
import { OpenTracePart } from '../on-demand.ts';

/** What can be done about a step that failed: the line of a selector that matched nothing, and the trace. Which selectors are near it stands above. */
export function StepWays({ id, step }: { id: string; step: StepSpan }) {
  const { run } = text.value;
  const { phase, index, reason } = step;
  if (!isFatal(step) || phase !== 'flow') return null;
  return (
    <div class="step-ways">
      {reason === 'element_missing' && (
        <button type="button" class="button compact" onClick={() => openFlowAt(id, index)}>
          {run.editStep}
        </button>
      )}
      <OpenTracePart id={id} />
    </div>
  );
}
